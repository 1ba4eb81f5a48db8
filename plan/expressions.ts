/** The functions of Terraform that compute from what they are given alone. What reads a file, the clock or the machine is not among them. */
const pureFunctions: ReadonlySet<string> = new Set(
  `
  abs alltrue anytrue base64decode base64encode base64sha256 base64sha512 can ceil chomp chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets
  coalesce coalescelist compact concat contains csvdecode distinct element endswith flatten floor format formatdate formatlist indent index
  issensitive join jsondecode jsonencode keys length log lookup lower matchkeys max md5 merge min one parseint pow range regex regexall replace
  reverse setintersection setproduct setsubtract setunion sha1 sha256 sha512 signum slice sort split startswith strcontains strrev
  substr sum title tobool tolist tomap tonumber toset tostring transpose trim trimprefix trimspace trimsuffix try upper urlencode uuidv5 values
  yamldecode yamlencode zipmap
`
    .trim()
    .split(/\s+/),
);

/** What an expression may begin with: a resource of the two providers, and what stands for the resource itself. */
const root = /^(?:(?:digitalocean|github)_[a-z0-9_]+|terraform_data|data|self|each|count|local|true|false|null)$/;

/** A template that is a text: signs and letters that cannot stand in a text as they are (`constructs/terraform-text.ts`). */
const onlyLetters = /\$\{"(?:[$%]|\\U[0-9a-f]{8})+"\}/y;

/** The one way in which a file is read: one of the stack's own assets, by its path. Nothing else may be hidden from a plan. */
const assetRead =
  /\b(?:sensitive\(file\("(assets\/[\w./-]+)"\)\)|(?:file|filemd5|filesha256)\("(assets\/[\w./-]+)"\))/g;

const openings = /(?<![$%])([$%]+)\{/g;

/** Whether Terraform works nothing out in a text: each letter stands for itself. */
export const isPlainText = (text: string): boolean =>
  [...text.matchAll(openings)].every(({ 1: signs, index }) => {
    onlyLetters.lastIndex = index;
    return (signs!.length === 2 && signs![0] === signs![1]) || onlyLetters.test(text);
  });

/**
 * Why Terraform may not be given a text, or nothing when it may: each template in it is a plain expression over resources, with functions
 * that compute from their arguments alone. Whatever this reader does not understand is refused, so that it need not be a parser of HCL.
 */
export function refusedExpression(text: string, assets: ReadonlySet<string>): string | undefined {
  const opening = new RegExp(openings);
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const [whole, signs] = found;
    // `$${` is the text "${"; with more signs before it, versions of HCL have disagreed
    if (signs!.length === 2 && signs![0] === signs![1]) continue;
    const start = found.index + whole.length;
    onlyLetters.lastIndex = found.index;
    if (onlyLetters.test(text)) {
      opening.lastIndex = onlyLetters.lastIndex;
      continue;
    }
    const shown = (end: number): string => JSON.stringify(text.slice(start - 2, Math.min(end, start + 78)));
    const end = closing(text, start);
    if (end === undefined) return `${shown(text.length)} has no end that can be found`;
    const why = refused(text.slice(start, end), signs!.at(-1)!, assets);
    if (why !== undefined) return `${shown(end + 1)} ${why}`;
    opening.lastIndex = end + 1;
  }
  return undefined;
}

/** Where an expression ends: strings in it may hold braces, and nothing else may. */
function closing(text: string, from: number): number | undefined {
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') quoted = !quoted;
    else if (sign === '\\' || sign === '{') return undefined;
    else if (sign === '}' && !quoted) return at;
  }
  return undefined;
}

function refused(expression: string, sign: string, assets: ReadonlySet<string>): string | undefined {
  if (sign === '%') return 'is a template directive';
  const known = expression.replace(assetRead, (whole, hidden: string | undefined, path: string | undefined) =>
    assets.has(hidden ?? path!) ? '""' : whole,
  );
  const strings = [...known.matchAll(/"([^"]*)"/g)].map(([, inside]) => inside!);
  if (strings.some((inside) => /[$%\\\n]/.test(inside))) return 'holds a template or an escape in a string';
  const bare = known.replace(/"[^"]*"/g, ' "" ');
  if (/\/\/|\/\*|<</.test(bare) || !/^[\w\s.[\](),:?!=<>&|+\-*/%"]*$/.test(bare) || /[\n\r]/.test(bare))
    return 'is more than a plain expression';
  for (const [, before, name, after] of bare.matchAll(/(\.\s*|::\s*)?([A-Za-z_][\w-]*(?:::[\w-]+)*)\s*(\(|::)?/g)) {
    if (after !== undefined && !pureFunctions.has(name!))
      return `calls ${name}(), which is not among the functions that compute from their arguments alone`;
    if (after === undefined && before === undefined && !root.test(name!))
      return `names ${name}, which is no resource of the two providers`;
  }
  return undefined;
}
