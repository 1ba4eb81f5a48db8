import { driftOf } from '../../plan/drift';
import { composeDriftIssue } from '../../plan/drift-words';
import type { Plan, ResourceChange } from '../../plan/plan';
import { review } from '../../plan/review';

const change = (address: string, given: Partial<ResourceChange> = {}): ResourceChange => ({
  address,
  mode: 'managed',
  type: address.split('.')[0]!,
  name: address.split('.')[1]!,
  actions: ['update'],
  before: {},
  after: {},
  afterUnknown: {},
  beforeSensitive: {},
  afterSensitive: {},
  replacePaths: [],
  ...given,
});
const plan = (given: Partial<Plan>): Plan => ({
  formatVersion: '1.2',
  terraformVersion: '1.11.0',
  changes: [],
  drift: [],
  outputs: {},
  references: new Map(),
  configured: new Map(),
  complete: true,
  ...given,
});
const tag = (before: object, after: object, given: Partial<ResourceChange> = {}) =>
  change('digitalocean_tag.t', { before, after, ...given });
const configured = new Map([
  ['digitalocean_tag.t', new Set(['name', 'colour'])],
  ['digitalocean_droplet.m', new Set(['size', 'image'])],
]);
const told = (given: Partial<Plan>) => {
  const { drifted, undeployed } = driftOf(plan({ configured, ...given }), 'staging');
  return {
    drifted: drifted.map(({ address, how, takenBack }) => `${address} ${how}${takenBack ? '' : ', kept'}`),
    undeployed,
  };
};
const machine = 'digitalocean_droplet.m';
const gone = change(machine, { actions: ['delete'], before: { size: 's' }, after: null });
const anew = change(machine, { actions: ['create'], before: null, after: { size: 's' }, afterUnknown: { id: true } });
const assignment = (given: Partial<ResourceChange> = {}) =>
  change('digitalocean_reserved_ip_assignment.a', {
    actions: ['delete', 'create'],
    before: { droplet_id: 7 },
    after: {},
    afterUnknown: { droplet_id: true },
    replacePaths: [['droplet_id']],
    ...given,
  });
const references = new Map([['digitalocean_reserved_ip_assignment.a', [machine]]]);

test.each<[string, Partial<Plan>, { drifted: string[]; undeployed: string[] }]>([
  ['nothing happened', {}, { drifted: [], undeployed: [] }],
  [
    'somebody changed what a file says, and a deploy takes it back',
    { drift: [tag({ name: 'a' }, { name: 'b' })], changes: [tag({ name: 'b' }, { name: 'a' })] },
    { drifted: ['digitalocean_tag.t changed'], undeployed: [] },
  ],
  [
    'somebody changed it, and the files ignore that',
    {
      drift: [tag({ name: 'a' }, { name: 'b' })],
      changes: [tag({ name: 'b' }, { name: 'b' }, { actions: ['no-op'] })],
    },
    { drifted: ['digitalocean_tag.t changed, kept'], undeployed: [] },
  ],
  [
    'the provider has computed something anew',
    { drift: [tag({ seen: 1 }, { seen: 2 })] },
    { drifted: [], undeployed: [] },
  ],
  [
    'a file was changed and not deployed',
    { changes: [tag({ name: 'a' }, { name: 'b' })] },
    { drifted: [], undeployed: ['digitalocean_tag.t'] },
  ],
  [
    'a new resource was merged and not deployed',
    { changes: [change('digitalocean_tag.n', { actions: ['create'], before: null, after: { name: 'n' } })] },
    { drifted: [], undeployed: ['digitalocean_tag.n'] },
  ],
  [
    'both, of one resource',
    {
      drift: [tag({ name: 'a', colour: 1 }, { name: 'b', colour: 1 })],
      changes: [tag({ name: 'b', colour: 1 }, { name: 'a', colour: 2 })],
    },
    { drifted: ['digitalocean_tag.t changed'], undeployed: ['digitalocean_tag.t'] },
  ],
  [
    'somebody destroyed it, and what hangs on it follows',
    { drift: [gone], changes: [anew, assignment()], references },
    { drifted: [`${machine} destroyed`], undeployed: [] },
  ],
  [
    'what hangs on it was changed by a file as well',
    {
      drift: [gone],
      changes: [anew, assignment({ before: { droplet_id: 7, region: 'a' }, after: { region: 'b' } })],
      references,
    },
    { drifted: [`${machine} destroyed`], undeployed: ['digitalocean_reserved_ip_assignment.a'] },
  ],
  [
    "data sources are nobody's",
    {
      drift: [change('data.x.y', { mode: 'data' })],
      changes: [change('data.x.y', { mode: 'data', actions: ['read'] })],
    },
    { drifted: [], undeployed: [] },
  ],
])('%s: so it is told', (_, given, expected) => {
  expect(told(given)).toEqual(expected);
});

test('the issue says what was changed, what the next deploy does, and both ways back; sensitive values are masked', () => {
  const secret = 'canary-77ab';
  const drift = driftOf(
    plan({
      drift: [
        tag(
          { name: 'a', colour: secret },
          { name: '@ada `x`', colour: `${secret}2` },
          { beforeSensitive: { colour: true }, afterSensitive: { colour: true } },
        ),
      ],
      changes: [
        tag({ name: '@ada `x`', colour: 'red' }, { name: 'a', colour: 'red' }),
        change('digitalocean_tag.n', { actions: ['create'], before: null, after: {} }),
      ],
      configured,
    }),
    'staging',
  );
  const body = composeDriftIssue(drift, {
    file: 'environments/staging.ts',
    whole: 'https://github.com/acme/infrastructure/actions/runs/7',
  });
  expect(body).toBe(`<!-- berth:drift staging -->
### What is there is not what was deployed

**The way back.** Deploy again, and it is as the files say: \`npx cdktf deploy staging\`, or start the deploy workflow by hand.

Or take it into \`environments/staging.ts\` (or \`environments/product.ts\`) and merge that: what is there stays, and the next plan is clean.

- ⚠️ **staging**: 1 resource changed, behind Terraform's back
  - **changed** \`digitalocean_tag.t\`: \`\`name: "a" → "@ada \`x\`"\`\`, \`colour: (sensitive value) → (sensitive value)\`
  - the next deploy: **changed** \`digitalocean_tag.t\`: updated in place

<details><summary><b>staging</b>: Everything that was changed</summary>

\`\`\`text
digitalocean_tag.t changed
  name: "a" → "@ada \`x\`"
  colour: (sensitive value) → (sensitive value)
\`\`\`

</details>

<details><summary><b>staging</b>: Merged and not deployed, which is no drift: 1</summary>

- \`digitalocean_tag.n\`

</details>

<sub>kept by \`npx berth drift --issue\`: updated while it lasts, closed by itself · [full review](https://github.com/acme/infrastructure/actions/runs/7)</sub>
`);
  expect(body).not.toContain(secret);
});

test('ten thousand drifted resources fit into an issue', () => {
  const many = Array.from({ length: 10_000 }, (_, i) =>
    change(`digitalocean_tag.t${i}`, { before: { name: 'a' }, after: { name: 'b'.repeat(200) } }),
  );
  const body = composeDriftIssue(
    driftOf(
      plan({ drift: many, configured: new Map(many.map(({ address }) => [address, new Set(['name'])])) }),
      'staging',
    ),
    { file: 'environments/staging.ts' },
  );
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/and [\d,]+ more of these\*\*, 10,00\d in all/);
});

test("what the files name no more goes, and nobody has changed it: a former generation's machine has the volume that its attachment gave it", () => {
  const former = change('digitalocean_droplet.machine', {
    before: { size: 's', volume_ids: [] },
    after: { size: 's', volume_ids: ['1'] },
  });
  const gone = change('digitalocean_droplet.machine', { actions: ['delete'], before: { size: 's' }, after: null });
  const next = change('digitalocean_droplet.machine-2', { actions: ['create'], before: null, after: { size: 's' } });
  const raised = plan({
    drift: [former],
    changes: [gone, next],
    configured: new Map([['digitalocean_droplet.machine-2', new Set(['size'])]]),
  });
  expect(driftOf(raised, 'staging').drifted).toEqual([]);
  const reviewed = review(raised, { environment: 'staging', today: '2026-11-21' });
  expect([
    reviewed.drift,
    reviewed.consequences
      .map(({ says }) => says)
      .join()
      .includes('takes back'),
  ]).toEqual([[], false]);
});

test('what was never deployed has not drifted, and is told in one line', () => {
  const make = change('digitalocean_tag.t', { actions: ['create'], before: null, after: { name: 'a' } });
  expect(driftOf(plan({ changes: [make] }), 'staging')).toMatchObject({ neverDeployed: true, drifted: [] });
  expect(
    driftOf(plan({ changes: [make, change('digitalocean_tag.u', { actions: ['no-op'] })] }), 'staging').neverDeployed,
  ).toBe(false);
});
