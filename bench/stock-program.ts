import { createHash } from 'node:crypto';
import type { Body, StackJson } from './stack-json';
import {
  addressesIn,
  assetsIn,
  camelCase,
  pascalCase,
  source,
  splitType,
  variableOf,
  type Writing,
} from './stock-value';

/** A stack that stands for all that differ from it only by their name. */
export interface Sample {
  readonly name: string;
  readonly json: StackJson;
}

/**
 * The main.ts that somebody who starts from cdktf's TypeScript template would write for the same resources: one file,
 * providers imported as a whole, references by attribute. The machine's user data is a literal in it, so the stock program
 * has less to do than ours, which renders it for each environment.
 * Only what is used is imported: the template's compiler takes the rest for an error.
 */
export function renderStockProgram(state: Sample, environment: Sample, names: readonly string[]): string {
  const classes = [
    renderClass('StateStack', state),
    renderClass('EnvironmentStack', environment, environment.name),
  ].join('\n');
  const providers = ['digitalocean', 'github'].filter((provider) => classes.includes(`new ${provider}.`));
  return `${classes.includes('createHash') ? 'import { createHash } from "crypto";\n' : ''}import { Construct } from "constructs";
import { App, ${['AssetType', 'S3Backend', 'TerraformAsset', 'TerraformResource', 'TerraformStack', 'Token'].filter((name) => classes.includes(name)).join(', ')} } from "cdktf";
${providers.map((provider) => `import * as ${provider} from "@cdktf/provider-${provider}";`).join('\n')}

${classes}
const app = new App();
new StateStack(app, ${JSON.stringify(state.name)});
for (const name of ${JSON.stringify(names)}) {
  new EnvironmentStack(app, name);
}
app.synth();
`;
}

interface Resource {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly body: Body;
}

function renderClass(className: string, { name, json }: Sample, variableName?: string): string {
  const unknown = Object.keys(json).filter((key) => !['terraform', 'provider', 'resource', 'import'].includes(key));
  if (unknown.length > 0)
    throw new Error(
      `${name}: the stock program cannot be written for "${unknown.join('", "')}" yet: teach bench/stock-program.ts`,
    );

  const resources = Object.entries(json.resource).flatMap(([type, named]) =>
    Object.entries(named).map(([id, body]): Resource => ({ address: `${type}.${id}`, type, name: id, body })),
  );
  const plain: Writing = { name: variableName, known: new Set(resources.map(({ address }) => address)) };
  const writing: Writing = { ...plain, digests: digestsOf(resources, plain) };
  const referredTo = new Set(
    resources.flatMap(({ type, body: { depends_on: after, ...body } }) =>
      addressesIn(isBare(type) ? body : { ...body, after }, writing.known),
    ),
  );
  const ids = new Set(Object.keys(json.provider));

  const lines = [
    ...backend(json.terraform.backend.s3, writing),
    ...Object.entries(json.provider).map(
      ([provider, [props]]) =>
        `new ${provider}.provider.${pascalCase(provider)}Provider(this, ${JSON.stringify(provider)}, ${source(props, writing)});`,
    ),
    ...assetsIn(json).map(
      ({ id, file }) =>
        `const ${camelCase(id)} = new TerraformAsset(this, ${JSON.stringify(id)}, { path: "files/${file}", type: AssetType.FILE });`,
    ),
    ...inOrder(resources, writing.known).flatMap((resource) =>
      declaration(resource, writing, ids, referredTo.has(resource.address)),
    ),
    ...(json.import ? [`this.addOverride("import", ${JSON.stringify(json.import)});`] : []),
  ];
  return `class ${className} extends TerraformStack {
  constructor(scope: Construct, name: string) {
    super(scope, name);

${lines.map((line) => `    ${line}\n`).join('')}  }
}
`;
}

function backend({ use_lockfile: lock, ...props }: Body, writing: Writing): string[] {
  // cdktf 0.21 has no property for it
  const override =
    lock === undefined ? [] : [`this.addOverride("terraform.backend.s3.use_lockfile", ${JSON.stringify(lock)});`];
  return [`new S3Backend(this, ${source(props, writing)});`, ...override];
}

/** cdktf's own class for it starts `terraform version` at every synth, once for each: 40 ms that this comparison is not about. */
const isBare = (type: string): boolean => type === 'terraform_data';

function declaration(
  { address, type, name, body }: Resource,
  writing: Writing,
  ids: Set<string>,
  needsVariable: boolean,
): string[] {
  // Terraform lets two kinds share a name, cdktf does not
  const id = ids.has(name) ? `${name}-${splitType(type)[1]}` : name;
  ids.add(id);
  const [provider, noun] = splitType(type);
  const bare = isBare(type);
  const props = Object.entries(body).map(([key, value]) => ({
    key,
    code: source(value, { ...writing, asTerraform: bare }, key),
  }));
  const created = bare
    ? `new TerraformResource(this, ${JSON.stringify(id)}, { terraformResourceType: ${JSON.stringify(type)} })`
    : `new ${provider}.${camelCase(noun)}.${pascalCase(noun)}(this, ${JSON.stringify(id)}, { ${props.map(({ key, code }) => `${camelCase(key)}: ${code}`).join(', ')} })`;
  const after = [
    ...(bare ? props.map(({ key, code }) => `addOverride(${JSON.stringify(key)}, ${code});`) : []),
    ...(id === name ? [] : [`overrideLogicalId(${JSON.stringify(name)});`]),
  ];
  if (!needsVariable && after.length === 0) return [`${created};`];
  const variable = variableOf(address);
  return [`const ${variable} = ${created};`, ...after.map((call) => `${variable}.${call}`)];
}

/** Digests that attributes have of other attributes' contents are computed there too. */
const digestsOf = (resources: readonly Resource[], writing: Writing): Map<string, string> =>
  new Map(
    resources.flatMap(({ body: { content } }) =>
      typeof content !== 'string'
        ? []
        : ['md5', 'sha256'].map(
            (algorithm) =>
              [
                createHash(algorithm).update(content).digest('hex'),
                `createHash(${JSON.stringify(algorithm)}).update(${source(content, writing)}).digest("hex")`,
              ] as const,
          ),
    ),
  );

/** What is referred to comes first. */
function inOrder(resources: readonly Resource[], known: ReadonlySet<string>): Resource[] {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const ordered = new Set<Resource>();
  const visit = (resource: Resource): void => {
    if (ordered.has(resource)) return;
    addressesIn(resource.body, known).forEach((address) => visit(byAddress.get(address)!));
    ordered.add(resource);
  };
  resources.forEach(visit);
  return [...ordered];
}
