import { readFileSync } from 'node:fs';
import { type Attribute, type Block, type Nested } from './schema';
import { type Type } from './value';

/**
 * Reads a resource's structure out of the installed CDKTF bindings: they are generated from the provider's own schema, and the
 * JavaScript carries its original TypeScript in an inline source map, where every attribute stands under a comment
 * `// name - computed: …, optional: …, required: …`.
 */
export interface Derived {
  /** As Terraform calls it, for example digitalocean_volume. */
  type: string;
  /** Of the provider that the bindings were generated from. */
  providerVersion?: string;
  block: Block;
}

interface Source {
  text: string;
  /** The text of each generated class, by name. */
  classes: Map<string, { parent: string; text: string }>;
}

const simple: Record<string, Type> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  stringList: ['list', 'string'],
  numberList: ['list', 'number'],
  stringMap: ['map', 'string'],
  numberMap: ['map', 'number'],
  booleanMap: ['map', 'bool'],
};
/** By the name in the getter (`getStringMapAttribute`) or of the wrapping class (`cdktf.StringMapList`). */
const byName: Record<string, Type> = {
  String: 'string',
  Number: 'number',
  Boolean: 'bool',
  List: ['list', 'string'],
  NumberList: ['list', 'number'],
  StringMap: ['map', 'string'],
  NumberMap: ['map', 'number'],
  BooleanMap: ['map', 'bool'],
  StringMapList: ['list', ['map', 'string']],
  NumberMapList: ['list', ['map', 'number']],
};

const asSet = (type: Type): Type => (Array.isArray(type) && type[0] === 'list' ? ['set', type[1]] : type);

function open(bindings: string, module: string): Source {
  const file = require.resolve(`${bindings}/lib/${module}/index.js`);
  const script = readFileSync(file, 'utf8');
  const map = script.slice(script.lastIndexOf('base64,') + 'base64,'.length).trim();
  const text = (JSON.parse(Buffer.from(map, 'base64').toString()) as { sourcesContent: string[] }).sourcesContent[0];
  const heads = [...text.matchAll(/^export class (\w+) extends cdktf\.(\w+)/gm)];
  const classes = heads.map(
    (head, index) => [head[1], { parent: head[2], text: text.slice(head.index, heads[index + 1]?.index) }] as const,
  );
  return { text, classes: new Map(classes) };
}

/** What a class says about how its attributes are written in HCL, where it says so. */
function written(text: string): Map<string, { block: boolean; shape: string; storage: string }> {
  const pattern =
    /^ +(\w+): \{\n +value: .*\n +isBlock: (true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)"/gm;
  return new Map(
    [...text.matchAll(pattern)].map((m) => [m[1], { block: m[2] === 'true', shape: m[3], storage: m[4] }]),
  );
}

/** The function that writes a block in HCL: it alone says whether a nested block is a list or a set. */
function writer(source: Source, name: string): string {
  const start = source.text.indexOf(`function ${name[0].toLowerCase()}${name.slice(1)}ToHclTerraform`);
  return start < 0 ? '' : source.text.slice(start, source.text.indexOf('\n}\n', start));
}

/** A block of the provider's own configuration has no class, only an interface and the function that writes it. */
function structBlock(source: Source, name: string): Block {
  const shape = source.text.slice(source.text.indexOf(`export interface ${name} {`));
  const camel = (snake: string) => snake.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const attributes: Record<string, Attribute> = {};
  for (const [attribute, how] of written(writer(source, name))) {
    const optional = shape.slice(0, shape.indexOf('\n}')).includes(`readonly ${camel(attribute)}?:`);
    const type = simple[how.storage];
    attributes[attribute] = { type: how.shape === 'set' ? asSet(type) : type, optional, required: !optional };
  }
  return { attributes, blocks: {} };
}

function asObject(block: Block): Type {
  const blocks = Object.entries(block.blocks).map(([name, n]) => [
    name,
    [n.nesting === 'set' ? 'set' : 'list', asObject(n.block)] as Type,
  ]);
  const attributes = Object.entries(block.attributes).map(([name, a]) => [name, a.type] as const);
  return ['object', Object.fromEntries([...attributes, ...blocks]) as Record<string, Type>];
}

function classBlock(source: Source, className: string): Block {
  const text = source.classes.get(className)?.text ?? '';
  const hcl = written(
    className.endsWith('OutputReference') ? writer(source, className.slice(0, -'OutputReference'.length)) : text,
  );
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, Nested> = {};
  const marks = [...text.matchAll(/\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)/g)];
  marks.forEach((mark, index) => {
    const name = mark[1];
    const [computed, optional, required] = mark.slice(2).map((flag) => flag === 'true');
    const body = text.slice(mark.index, marks[index + 1]?.index);
    const how = hcl.get(name);
    const nested = new RegExp(`new (\\w+?)(List|OutputReference)\\(this, "${name}"(?:, (true|false))?\\)`).exec(body);
    const set = nested?.[3] === 'true' || how?.shape === 'set' || body.includes('Fn.tolist(');

    if (nested && !nested[1].endsWith('cdktf.')) {
      const block = classBlock(source, `${nested[1]}OutputReference`);
      const repeated = set ? 'set' : 'list';
      // A block that only the vendor fills is an attribute to Terraform.
      if (computed && !optional) attributes[name] = { type: [repeated, asObject(block)], computed };
      else if (how?.shape === 'struct') blocks[name] = { nesting: 'single', block };
      else blocks[name] = { nesting: repeated, block, min: required ? 1 : 0, max: nested[2] === 'List' ? 0 : 1 };
      return;
    }
    if (how?.block) {
      const block = structBlock(source, how.storage.replace(/List$/, ''));
      blocks[name] = { nesting: how.shape === 'set' ? 'set' : 'list', block, max: how.shape === 'list' ? 1 : 0 };
      return;
    }
    const wrapper = new RegExp(`new cdktf\\.(\\w+)\\(this, "${name}"`).exec(body)?.[1];
    const getter = new RegExp(`get(\\w+)Attribute\\('${name}'\\)`).exec(body)?.[1];
    const type = byName[getter ?? wrapper ?? ''] ?? simple[how?.storage ?? ''];
    if (!type)
      throw new Error(
        `${className}.${name}: the bindings give a type that is not known here (${getter ?? wrapper ?? how?.storage})`,
      );
    attributes[name] = { type: set ? asSet(type) : type, required, optional, computed };
  });
  return { attributes, blocks };
}

const derived = new Map<string, Derived>();

/** The structure of a resource, data source or provider. `module` is its folder in the bindings, for example `spaces-bucket`. */
export function derive(bindings: string, module: string): Derived {
  const key = `${bindings}/${module}`;
  const before = derived.get(key);
  if (before) return before;
  const source = open(bindings, module);
  const main = [...source.classes].find(([, c]) => /^Terraform(Resource|DataSource|Provider)$/.test(c.parent));
  const type = /tfResourceType = "(\w+)"/.exec(main?.[1].text ?? '')?.[1];
  if (!main || !type) throw new Error(`${key}: the bindings hold no resource, data source or provider there`);
  const result = {
    type,
    providerVersion: /providerVersion: '([^']+)'/.exec(main[1].text)?.[1],
    block: classBlock(source, main[0]),
  };
  derived.set(key, result);
  return result;
}
