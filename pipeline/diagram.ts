import { isChange } from './change';
import { kindOf, type Kind, type Plan, type ResourceChange } from './plan';

/** More than this nobody reads, and GitHub does not draw; what is left out is counted. */
const most = 40;

/**
 * What changes, with its neighbours, before and after, for Mermaid (mermaid.js.org/syntax/flowchart.html). Empty when nothing does.
 * Names are numbers and labels hold letters, digits and a few signs only: no text from a plan can say anything to Mermaid.
 */
export function diagramOf(plan: Plan): string {
  const resources = plan.changes.filter(({ mode, type }) => mode === 'managed' && !bookkeeping.has(type));
  const changed = resources.filter(isChange);
  if (changed.length === 0) return '';
  const shown = new Map(changed.slice(0, most).map((change) => [change.address, change]));
  const byAddress = new Map(resources.map((change) => [change.address, change]));
  const edges = edgesAround(plan, shown, byAddress);
  const ids = new Map([...shown.keys()].map((address, index) => [address, String(index)]));
  const sides = (['before', 'after'] as const).map((side) => drawSide(side, shown, ids, edges)).filter((lines) => lines.length > 0);
  return [
    'flowchart LR',
    ...sides.flat(),
    ...(changed.length > most ? [`  more["and ${changed.length - most} more"]`] : []),
    '  classDef created fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
    '  classDef destroyed fill:#ffebe9,stroke:#cf222e,color:#1f2328',
    '  classDef replaced fill:#fff1e5,stroke:#bc4c00,color:#1f2328',
    '  classDef changed fill:#ddf4ff,stroke:#0969da,color:#1f2328',
    '  classDef same fill:#f6f8fa,stroke:#8c959f,color:#59636e',
  ].join('\n');
}

/** Notes and groupings: nobody would draw them. */
const bookkeeping: ReadonlySet<string> = new Set(['terraform_data', 'digitalocean_project_resources', 'digitalocean_tag']);

type Edge = readonly [from: string, to: string];

/** References from and to what is shown; their other ends are shown, too, as long as there is room. */
function edgesAround(plan: Plan, shown: Map<string, ResourceChange>, byAddress: ReadonlyMap<string, ResourceChange>): Edge[] {
  const core = new Set(shown.keys());
  const edges: Edge[] = [];
  for (const [from, references] of plan.references) {
    for (const to of references) {
      if (from === to || (!core.has(from) && !core.has(to))) continue;
      const ends = [from, to].map((address) => byAddress.get(address));
      if (ends.some((end) => end === undefined)) continue;
      for (const end of ends) if (shown.size < most || shown.has(end!.address)) shown.set(end!.address, end!);
      if (shown.has(from) && shown.has(to)) edges.push([from, to]);
    }
  }
  return edges;
}

function drawSide(side: 'before' | 'after', shown: ReadonlyMap<string, ResourceChange>, ids: ReadonlyMap<string, string>, edges: readonly Edge[]): string[] {
  const there = [...shown.values()].filter((change) => change[side] !== null && (side === 'before' || !['delete', 'forget'].includes(kindOf(change))));
  if (there.length === 0) return [];
  const present = new Set(there.map(({ address }) => address));
  const id = (address: string): string => `${side[0]!}${ids.get(address)!}`;
  return [
    `  subgraph ${side}`,
    '    direction TB',
    ...there.map((change) => `    ${id(change.address)}["${labelOf(change)}"]:::${classOf(kindOf(change), side)}`),
    ...edges.filter(([from, to]) => present.has(from) && present.has(to)).map(([from, to]) => `    ${id(from)} --> ${id(to)}`),
    '  end',
  ];
}

const classOf = (kind: Kind, side: 'before' | 'after'): string => ({
  create: 'created', delete: 'destroyed', forget: 'destroyed', replace: side === 'before' ? 'destroyed' : 'replaced', update: side === 'before' ? 'same' : 'changed', read: 'same', 'no-op': 'same',
})[kind];

const labelOf = ({ type, name }: ResourceChange): string => `${escaped(name)}<br/>${escaped(type)}`;

/** Mermaid knows no quotes within quotes; its codes are `#34;` for a sign. */
export const escaped = (text: string): string => [...text.slice(0, 60)].map((sign) => (/[A-Za-z0-9 _./-]/.test(sign) ? sign : `#${sign.codePointAt(0)!};`)).join('');
