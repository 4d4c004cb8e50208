/** What a path says about its file: test, documentation, generated, environment file … */

/** A question about a path, answered once while it is the one everybody asks about. */
function asked(test: (path: string) => boolean): (path: string) => boolean {
  let last: string | null = null;
  let answer = false;
  return (path) => {
    if (path !== last) {
      answer = test(path);
      last = path;
    }
    return answer;
  };
}

const TEST_SEGMENT =
  /(^|\/)(tests?([-_][\w-]+)?|__tests?__|specs?|e2e|cypress|playwright|testdata|test-data|testing|fixtures?|__fixtures__|mocks?|__mocks__|snapshots?|__snapshots__|cassettes|testutils?)\//i;
const TEST_NAME =
  /(^|\/)\.env\.(test|testing|ci|e2e)(\.\w+)?$|(^|\/)(test_[^/]*|test-?([Hh]elper|[Uu]til)s?|conftest|mocks?|fixtures?|[^/]*[._-](test|spec|tests|stories|story|fixture|mock)s?)\.\w+$|(^|\/)[^/]*(Test|Tests|Spec)\.(java|kt|cs|scala|swift|php)$/;
const EXAMPLE_SEGMENT =
  /(^|\/)(examples?|samples?|demos?|tutorials?|playgrounds?|sandbox|templates?|docs_src)\/|(^|\/)(examples?|samples?|demo|quickstart)\.(py|[mc]?[jt]sx?|rb|go|php)$/i;
const DOC_NAME = /\.(md|mdx|markdown|rst|adoc|asciidoc|txt|ipynb)$/i;
const DOC_SEGMENT = /(^|\/)(docs?|documentation|website\/content|changelogs?)\//i;
const LOCK_NAME =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lock|deno\.lock|Cargo\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|go\.sum|flake\.lock|packages\.lock\.json|mix\.lock|pubspec\.lock|Podfile\.lock|gradle\.lockfile|\.terraform\.lock\.hcl)$/;
const GENERATED_NAME =
  /\.(min\.(js|css)|map|bundle\.js|snap|svg|csv|tsv|po|pot|lock|sum|pbxproj)$|\.gen(?:erated)?\.|[._-](?=[a-f]*\d)[0-9a-f]{8,20}\.m?js$/i;
const VENDOR_SEGMENT =
  /(^|\/)(vendor|vendors|third[_-]party|node_modules|bower_components|\.yarn\/(releases|plugins))\//i;

/** Code and data that only tests see. */
export const isTestPath = asked((path) => TEST_SEGMENT.test(path) || TEST_NAME.test(path));
/** Shown to people as a sample, not what ships. */
export const isExamplePath = asked((path) => EXAMPLE_SEGMENT.test(path));
export const isDocPath = asked((path) => DOC_NAME.test(path) || DOC_SEGMENT.test(path));
/** Written by tools or by others: what is wrong in it is not mended in it. */
export const isGeneratedPath = asked(
  (path) => GENERATED_NAME.test(path) || VENDOR_SEGMENT.test(path) || LOCK_NAME.test(path),
);

const TOOLING =
  /(^|\/)(scripts?|tools?|tooling|bin|bench(marks?)?|\.github|\.circleci|\.storybook|ci|dev|hack|infra|docs?)\/|\.config\.\w+$|(^|\/)(gulpfile|Gruntfile|setup|noxfile|fabfile|tasks)\.\w+$|(dev-?server|mock)[\w.-]*\.\w+$/i;
/** Run by developers and their tools, each with an environment and ports of its own. */
export const isToolingPath = asked((path) => TOOLING.test(path));

const JS_NAME = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|vue|svelte|astro)$/;
export const isJavaScript = asked((path) => JS_NAME.test(path) && !path.endsWith(".min.js"));
const SCRIPT_NAME = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;
/** A whole file of JavaScript or TypeScript that does something: no declarations, no component shells. */
export const isScript = asked((path) => SCRIPT_NAME.test(path) && !/\.d\.[mc]?ts$/.test(path));
export const isPython = (path: string): boolean => path.endsWith(".py");
export const isCompose = asked((path) => /(^|\/)(docker-)?compose([.-][\w.-]+)?\.ya?ml$/i.test(path));
export const isDockerfile = asked(
  (path) =>
    /(^|\/)(Dockerfile|Containerfile)([.-][\w.-]+)?$|\.(dockerfile|containerfile)$/i.test(path) &&
    !/\.(md|txt|sh|ya?ml|json|dockerignore)$/i.test(path),
);
export const isYaml = (path: string): boolean => /\.ya?ml$/i.test(path);
export const isReadme = (path: string): boolean =>
  /(^|\/)readme[^/]*\.(md|mdx|markdown|rst|adoc|txt)$/i.test(path);

const ENV_NAME = /^(\.env(\.[\w.-]+)?|\.envrc|[\w-]+\.env|env\.(example|sample|template|dist))$/i;
const ENV_EXAMPLE = /(example|sample|template|dist|default|defaults|tpl|tmpl)/i;
export const isEnvFile = asked((path) => ENV_NAME.test(baseName(path)) && !path.endsWith(".d.ts"));
/** A file of variables meant to be copied, not loaded. */
export const isEnvExample = (path: string): boolean => isEnvFile(path) && ENV_EXAMPLE.test(baseName(path));

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Folder of a path, "" at the top. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

/** True when `path` is in `folder` or below; "" is the top. */
export function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** Joins and normalises "." and ".."; null when the result leaves the root. */
export function resolvePath(folder: string, relative: string): string | null {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.pop() === undefined) return null;
    } else {
      parts.push(part);
    }
  }
  return parts.join("/");
}
