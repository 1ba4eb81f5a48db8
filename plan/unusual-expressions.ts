import { truncate } from '../lib/truncate';
import { isPlainText } from './expressions';
import { isTree, type Tree } from './stack-json';

/** One attribute of another resource, and nothing beside it. None of these is secret, so a plan shows it, or who it is of. */
const reference =
  /^\$\{(?:(?:(?:digitalocean|github)_[a-z0-9_]+\.[\w-]+|data\.github_[a-z0-9_]+\.[\w-]+)\.(?:id|name|urn|ip_address|environment|key)|self\.[a-z_]+\.[a-z_]+|each\.(?:key|value))\}$/;
const digestOfAsset = /^\$\{filemd5\("assets\/[\w./-]+"\)\}$/;

/** Attributes whose text is checked as a whole elsewhere (`stack-check.ts`, `object-check.ts`). */
const checkedWhole = [
  /^digitalocean_droplet\.[\w-]+\.user_data$/,
  /^digitalocean_spaces_bucket_object\.(?:agent|desired|managed-urls)\.content$/,
];
/** What CI may do at the exchange bucket. */
const ownSecret = /^github_actions_environment_secret\.[\w-]+\.plaintext_value$/;
const ownKey = /^\$\{digitalocean_spaces_key\.ci-key\.(?:access_key|secret_key)\}$/;

/**
 * Attributes that Terraform works out from more than one plain reference, or from a secret: a plan may show nothing of what they
 * become, so a review quotes the expression. Constructs of this program make none.
 */
export function unusualExpressions(json: Tree): string[] {
  return isTree(json.resource)
    ? Object.entries(json.resource).flatMap(([type, named]) =>
        found(named, type).map(([path, text]) => told(path, text)),
      )
    : [];
}

const told = (path: string, text: string): string =>
  `\`${path}\` is worked out from an expression that no construct of this program writes, and the plan may not show what it becomes: ${JSON.stringify(truncate(text, 300))}`;

function found(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return isUsual(value, path) ? [] : [[path, value]];
  if (Array.isArray(value)) return value.flatMap((inner, index) => found(inner, `${path}[${index}]`));
  if (!isTree(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(isPlainText(key) ? [] : [[path, key] as [string, string]]),
    ...found(inner, `${path}.${key}`),
  ]);
}

const isUsual = (text: string, path: string): boolean =>
  isPlainText(text) ||
  reference.test(text) ||
  digestOfAsset.test(text) ||
  checkedWhole.some((attribute) => attribute.test(path)) ||
  (ownSecret.test(path) && ownKey.test(text));
