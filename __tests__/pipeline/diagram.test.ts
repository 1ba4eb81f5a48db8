import { diagramOf, escaped } from '../../pipeline/diagram';
import { aPlan, planJson, realPlan } from './a-plan';
import { readPlan } from '../../pipeline/plan';

const nodes = (diagram: string): string[] => diagram.split('\n').filter((line) => /:::|-->|subgraph/.test(line)).map((line) => line.trim());

test('what changes is drawn with its neighbours, before and after', () => {
  const plan = readPlan(planJson([
    { address: 'digitalocean_droplet.machine', actions: ['delete', 'create'], before: {}, after: {} },
    { address: 'digitalocean_vpc.network', actions: ['no-op'], before: {}, after: {} },
    { address: 'digitalocean_volume.far', actions: ['no-op'], before: {}, after: {} },
    { address: 'digitalocean_record.new', actions: ['create'], after: {} },
    { address: 'terraform_data.note', actions: ['create'], after: {} },
  ], { configuration: { root_module: { resources: [{ address: 'digitalocean_droplet.machine', expressions: { vpc: { references: ['digitalocean_vpc.network.id', 'digitalocean_vpc.network'] } } }] } } }), 'a plan');
  expect(nodes(diagramOf(plan))).toEqual([
    'subgraph before',
    'b0["machine<br/>digitalocean_droplet"]:::destroyed',
    'b2["network<br/>digitalocean_vpc"]:::same',
    'b0 --> b2',
    'subgraph after',
    'a0["machine<br/>digitalocean_droplet"]:::replaced',
    'a1["new<br/>digitalocean_record"]:::created',
    'a2["network<br/>digitalocean_vpc"]:::same',
    'a0 --> a2',
  ]);
});

test('a real replacement shows the machine with its volume, address, network and firewall', () => {
  const diagram = diagramOf(realPlan('generation'));
  for (const name of ['machine', 'data-volume', 'public-address', 'network', 'firewall']) expect(diagram).toContain(`["${name}<br/>`);
});

test('nothing to draw is an empty text, not an empty drawing', () => {
  expect([diagramOf(aPlan([])), diagramOf(aPlan([{ address: 'a.b', actions: ['no-op'], before: {}, after: {} }]))]).toEqual(['', '']);
});

test('however large a plan is, a drawing stays readable, and says what it leaves out', () => {
  const diagram = diagramOf(aPlan(Array.from({ length: 100 }, (_, index) => ({ address: `acme_thing.n${index}`, actions: ['create'], after: {} }))));
  expect([nodes(diagram).length, diagram.includes('more["and 60 more"]')]).toEqual([41, true]);
});

test.each([
  ['"]; click a "javascript:alert(1)"', '#34;#93;#59; click a #34;javascript#58;alert#40;1#41;#34;'],
  ['a\n  b --> c', 'a#10;  b --#62; c'],
  ['<script>@octocat`', '#60;script#62;#64;octocat#96;'],
  ['%%{init}%%', '#37;#37;#123;init#125;#37;#37;'],
  ['\u202eevil', '#8238;evil'],
])('a label cannot say anything to Mermaid or to GitHub: %j', (text, expected) => expect(escaped(text)).toBe(expected));
