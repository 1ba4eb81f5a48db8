import { escaped } from '../../plan/diagram';
import { desiredPlan, drawing, read } from './a-diagram';
import { aPlan, type Entry } from './a-plan';

describe('however large a plan is', () => {
  const many = (count: number, name: (index: number) => string): object => ({
    services: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        name(index),
        { kind: 'worker', memory: 64, variables: { [name(index)]: name(index) } },
      ]),
    ),
  });

  test('a drawing stays readable, and says what it leaves out', () => {
    const diagram = drawing(
      desiredPlan(
        { services: {} },
        many(100, (index) => `n${index}`),
      ),
    );
    const { boxes, arrows } = read(diagram);
    expect([
      Object.keys(boxes).length,
      diagram.includes('left["and 64 more that change, 3 more that stay as they are"]'),
      arrows.includes('machine > n35'),
    ]).toEqual([41, true, true]);
  });

  test('things at the side are counted too', () => {
    const diagram = drawing(
      aPlan(
        Array.from({ length: 100 }, (_, index) => ({
          address: `acme_thing.n${index}`,
          actions: ['create'],
          after: {},
        })),
      ),
    );
    expect(diagram).toContain('acme#95;thing.n5#58;#8203; created<br/>and 94 more"]:::created');
  });

  test('it is not longer than what Mermaid draws', () => {
    const before = many(60, (index) => `${'|'.repeat(80)}${index}`);
    const after = JSON.parse(
      JSON.stringify(before)
        .replaceAll('"kind":"worker"', '"kind":"|||||||||||||||||||||||||||||||||||||||||||"')
        .replaceAll('"memory":64', '"memory":65,"a|||||||||||||||||||||||||||||||||||||||||||||||||||||":1'),
    ) as object;
    expect(drawing(desiredPlan(before, after)).length).toBeLessThan(50_000);
  });
});

test.each([
  ['"]; click a "javascript:alert(1)"', '#34;#93;#59; click a #34;javascript#58;#8203;alert#40;1#41;#34;'],
  ['a\n  b --> c', 'a b #45;#45;#62; c'],
  ['<script>@octocat`', '#60;script#62;#64;octocat#96;'],
  ['%%{init}%%', '#37;#37;#123;init#125;#37;#37;'],
  ['1. one', '1#46; one'],
  ['- one', '#45; one'],
  ['fa:fa-bomb', 'fa#58;#8203;fa-bomb'],
  ['_a_ **b** $$c$$', '#95;a#95; #42;#42;b#42;#42; #36;#8203;#36;#8203;c#36;#8203;#36;#8203;'],
  ['s-1vcpu-2gb.acme.example/api', 's-1vcpu-2gb.acme.example/api'],
  ['\u202eevil\u0000', '#92;u202eevil#92;u0000'],
  ['Größe 大 \ud83d', 'Größe 大 #92;ud83d'],
  ['https://u:canary@x', '#40;looks like a credential#58;#8203; hidden#41;x'],
])('a label cannot say anything to Mermaid or to GitHub: %j', (text, expected) => expect(escaped(text)).toBe(expected));

test('every line of a drawing is one that this program writes, whatever a plan says', () => {
  const evil = [
    '"]\n  x --> y',
    '`]`',
    '"]:::created',
    'end',
    'click n0 "https://evil.example"',
    '%%{init: {}}%%',
    '---\ntitle: x\n---',
    '<b>x</b>',
    'style n0 fill:#fff;',
    '\u2028n0 --> n1',
  ];
  const services = Object.fromEntries(
    evil.map((text) => [
      text,
      {
        kind: text,
        memory: 1,
        schedule: text,
        route: { host: text, path: text },
        datastores: { [text]: text },
        variables: { [text]: text },
      },
    ]),
  );
  const plan = desiredPlan(
    { services: {} },
    { domain: evil[0], services, datastores: Object.fromEntries(evil.map((text) => [text, { version: 1 }])) },
    ...evil.map((text): Entry => ({ address: `acme_thing.${text}`, actions: ['delete'], before: {} })),
  );
  const label = /"(?:[A-Za-z0-9 ,→×…]|[./-]|#\d+;|<br\/>)*"/.source;
  const line = new RegExp(
    `^(?:flowchart (?:TB|LR)|  \\w+(?:\\(\\[|\\[\\(|\\(|\\[)${label}(?:\\]\\)|\\)\\]|\\)|\\]):::\\w+|  n\\d+ --> n\\d+|  classDef \\w+ [a-z0-9:#,-]+)$`,
  );
  expect(
    drawing(plan)
      .split('\n')
      .filter((each) => !line.test(each)),
  ).toEqual([]);
});
