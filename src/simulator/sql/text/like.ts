/** A pattern of LIKE; names of config keys are compared as written, an underscore matches any character. */
export function likePattern(like: string, flags = ''): RegExp {
  const escaped = like.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%', '[\\s\\S]*').replaceAll('_', '[\\s\\S]')}$`, flags);
}
