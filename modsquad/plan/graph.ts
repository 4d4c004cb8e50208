/** Pure graph work of the plan: cycles, order, ranks, critical path. Durations are seconds. */

export interface GraphNode {
  id: string;
  needs: readonly string[];
  seconds: number;
}

/** The first dependency cycle as a closed walk ("a", "b", "a"), or null. Unknown needs are ignored. */
export function findCycle(nodes: readonly GraphNode[]): string[] | null {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const path: string[] = [];

  const visit = (id: string): string[] | null => {
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id];
    if (done.has(id)) return null;
    path.push(id);
    for (const need of byId.get(id)?.needs ?? []) {
      const cycle = byId.has(need) ? visit(need) : null;
      if (cycle) return cycle;
    }
    path.pop();
    done.add(id);
    return null;
  };

  for (const node of nodes) {
    const cycle = visit(node.id);
    if (cycle) return cycle;
  }
  return null;
}

/**
 * Rank of each node: seconds of the longest path that starts with it, its own time included.
 * Starting the highest rank first is list scheduling by critical path (Graham 1969; "HLF").
 */
export function ranks(nodes: readonly GraphNode[]): Map<string, number> {
  const dependents = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const need of node.needs) dependents.set(need, [...(dependents.get(need) ?? []), node]);
  }
  const rank = new Map<string, number>();
  const of = (node: GraphNode): number => {
    const known = rank.get(node.id);
    if (known !== undefined) return known;
    let longest = 0;
    for (const next of dependents.get(node.id) ?? []) longest = Math.max(longest, of(next));
    rank.set(node.id, node.seconds + longest);
    return node.seconds + longest;
  };
  for (const node of nodes) of(node);
  return rank;
}

/** The chain of nodes with the largest total of seconds, first to last. */
export function criticalPath(nodes: readonly GraphNode[]): { ids: string[]; seconds: number } {
  const rank = ranks(nodes);
  const byRank = (a: GraphNode, b: GraphNode) => (rank.get(b.id) ?? 0) - (rank.get(a.id) ?? 0);
  const known = new Set(nodes.map((node) => node.id));
  let next = nodes.filter((node) => !node.needs.some((need) => known.has(need))).sort(byRank)[0];
  const seconds = next ? (rank.get(next.id) ?? 0) : 0;
  const ids: string[] = [];
  while (next) {
    const id: string = next.id;
    ids.push(id);
    next = nodes.filter((node) => node.needs.includes(id)).sort(byRank)[0];
  }
  return { ids, seconds };
}
