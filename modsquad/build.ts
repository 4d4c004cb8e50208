/**
 * A digest of all the sources this was built from, and of the versions of what it uses. What one build has kept of a
 * file says nothing to another, which may see other things in it.
 */
export const BUILD: string = __BUILD__;
