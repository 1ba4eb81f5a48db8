import { composeComment } from '../../plan/comment';
import { type Review, reviewSchema } from '../../contract/review';
import { review } from '../../plan/review';
import { commentPart } from '../../plan/review-markdown';
import { renderTerminal } from '../../plan/review-terminal';
import { staging, today } from './a-definition';
import { aPlan, type Entry, type RealPlan, realPlan, realPlans } from './a-plan';

const of = (name: RealPlan): Review =>
  review(realPlan(name), name === 'managed' ? { environment: 'production', today } : staging());

test.each<[RealPlan, string, Review['severity'], boolean]>([
  ['new', 'everything created: 34 resources · +$30.80 a month', 'changed', false],
  ['generation', 'machine generation 1 → 2, replaced · +$0.00 a month', 'destructive', false],
  ['memory', 'api memory 256 → 384 MiB, in place · +$0.00 a month', 'changed', false],
  ['resize', 'machine size s-2vcpu-4gb → s-4vcpu-8gb, interrupted · +$28.80 a month', 'changed', false],
  ['bucket-renamed', '3 buckets replaced · +$0.00 a month · 1 policy stands in the way', 'destructive', true],
  [
    'region',
    '1 machine replaced, 1 volume replaced, 3 buckets replaced, 1 address replaced, 1 network replaced · +$0.00 a month · 4 policies stand in the way',
    'destructive',
    true,
  ],
  [
    'destroyed',
    'everything destroyed: 34 resources · −$30.80 a month · 1 policy stands in the way',
    'destructive',
    true,
  ],
  ['drift', 'firewall closed: tcp 5432 from 0.0.0.0/0, in place · +$0.00 a month', 'changed', false],
  [
    'managed',
    'managed postgres size db-s-1vcpu-2gb → db-s-2vcpu-4gb, nodes 2 → 1, interrupted · +$0.00 a month · 1 policy needs attention',
    'changed',
    false,
  ],
])('the plan "%s" comes to one line: %s', (name, verdict, severity, blocked) => {
  expect(of(name)).toMatchObject({ verdict, severity, blocked });
});

test.each(realPlans)('the review of "%s" is what its schema says, and survives JSON', (name) => {
  const given = of(name);
  expect(reviewSchema.strict().parse(JSON.parse(JSON.stringify(given)))).toEqual(JSON.parse(JSON.stringify(given)));
});

test('an acknowledged policy blocks nothing, and is shown with its reason', () => {
  const given = review(
    realPlan('bucket-renamed'),
    staging({
      acknowledge: [{ policy: 'data-destroyed', reason: 'backups were copied to cold storage', until: '2026-12-01' }],
    }),
  );
  expect([given.blocked, given.verdict]).toEqual([false, '3 buckets replaced · +$0.00 a month']);
  expect(renderTerminal(given)).toContain('acknowledged until 2026-12-01: backups were copied to cold storage');
  expect(JSON.stringify(commentPart(given).details)).toContain('backups were copied to cold storage');
});

describe('at a terminal', () => {
  test('a machine that is resized', () =>
    expect(renderTerminal(of('resize'), 100))
      .toBe(`staging · machine size s-2vcpu-4gb → s-4vcpu-8gb, interrupted · +$28.80 a month
  INTERRUPTED  machine  size s-2vcpu-4gb → s-4vcpu-8gb (environments/staging.ts:9): about a minute
                        without service: it is switched off, resized and switched on; disk, volume,
                        address and data stay

cost
  $30.80 → $59.60 a month
  digitalocean_droplet.machine: s-2vcpu-4gb, weekly backups → s-4vcpu-8gb, weekly backups, $28.80 → $57.60
  not counted: Spaces: $5.00 a month for the whole account, whatever the number of buckets
  prices of 2026-09-23 (droplets) and 2026-09-08 (all else), in US dollars without tax and traffic
`));

  test('a service that gets more memory', () =>
    expect(renderTerminal(of('memory'), 100)).toBe(`staging · api memory 256 → 384 MiB, in place · +$0.00 a month
  in place     api  memory 256 → 384 MiB (environments/staging.ts:12): rolled out start-first,
                    nobody notices

what the machine converges to
  @@ -29,7 +29,7 @@
         path: /api
       streaming: true
       replicas: 1
  -    memory: 256
  +    memory: 384
       cpu: 500
       stopGrace: 20
       variables:
`));

  test('buckets that would be lost, and the policy that stands in the way', () =>
    expect(renderTerminal(of('bucket-renamed'), 100).split('\n').slice(-9).join('\n')).toBe(`policies
  ✗ data-destroyed: data would be destroyed, so have a copy elsewhere first docs/policies.md#data-destroyed
    digitalocean_spaces_bucket.buckets-backups is replaced by an empty one
    (environments/staging.ts:4)
    digitalocean_spaces_bucket.buckets-config is replaced by an empty one
    (environments/staging.ts:4)
    digitalocean_spaces_bucket.buckets-exchange is replaced by an empty one
    (environments/staging.ts:4)
`));

  test("what somebody has changed behind Terraform's back", () =>
    expect(renderTerminal(of('drift'), 100))
      .toBe(`staging · firewall closed: tcp 5432 from 0.0.0.0/0, in place · +$0.00 a month
  in place     firewall  closed: tcp 5432 from 0.0.0.0/0: at once; connections that are open stay;
                         this takes back what somebody has changed since the last deploy

drift: somebody has changed this since the last deploy
  digitalocean_firewall.firewall was changed
    inbound_rule: nothing → {"port_range":"5432","protocol":"tcp","source_addresses":["0.0.0.0/0"]}
`));

  test('nothing', () => expect(renderTerminal(review(aPlan([]), staging()))).toBe('staging · no change\n'));
});

test('a part of a plan, and resources that no construct makes, are warned of in every form of the review', () => {
  const part = review(
    aPlan(
      [
        { address: 'digitalocean_tag.tag', actions: ['create'], after: { name: 'asset-archive-staging' } },
        { address: 'digitalocean_loadbalancer.theirs', actions: ['create'], after: { name: 'x' } },
      ],
      { complete: false },
    ),
    staging(),
  );
  expect(part.warnings).toEqual([
    'this plan is only a part of what there is to do, as one made with `-target` is: it cannot be sealed',
    '`digitalocean_loadbalancer.theirs` is not a resource that a construct of this program makes: read what the pull request says of it',
  ]);
  expect(part.verdict).toMatch(/2 warnings$/);
  for (const text of [renderTerminal(part, 200), composeComment([commentPart(part)])]) {
    expect(text).toMatch(/this plan is only a part of what there is to do/);
    expect(text).toMatch(
      /digitalocean_loadbalancer\.theirs\S* is not a resource that a construct of this program makes/,
    );
  }
});

test('its part of the comment: what is lost survives, the rest is folded', () => {
  const { details, ...part } = commentPart(of('bucket-renamed'));
  const lost = (bucket: string, what: string): string =>
    `**REPLACED** ${bucket} bucket \`name asset-archive-staging-${bucket} → other-staging-${bucket}\` (\`environments/staging.ts:4\`): ${what}; an empty one takes its place; the machine goes on asking for the former one until its generation is raised. *Instead:* keep its name, which \`platform.bucketPrefix\` and the names of product and environment decide`;
  expect(part).toEqual({
    environment: 'staging',
    severity: 'destructive',
    blocked: true,
    verdict: '3 buckets replaced · \\+$0.00 a month · 1 policy stands in the way',
    survives: [
      lost('backups', 'every backup in it is lost, its older versions too'),
      lost('config', 'former versions of the desired state are lost'),
      lost(
        'exchange',
        "releases, the machine's reports and kept logs are lost; services go on with the images they have, and want a release each",
      ),
      '**error** `data-destroyed`, data would be destroyed, so have a copy elsewhere first: `digitalocean_spaces_bucket.buckets-backups` is replaced by an empty one (`environments/staging.ts:4`); `digitalocean_spaces_bucket.buckets-config` is replaced by an empty one (`environments/staging.ts:4`); `digitalocean_spaces_bucket.buckets-exchange` is replaced by an empty one (`environments/staging.ts:4`). See `docs/policies.md#data-destroyed`',
    ],
  });
  expect(details.map(({ title, fence }) => [title, fence])).toEqual([
    ['Resources: 15', 'diff'],
    ['Architecture', 'mermaid'],
  ]);
});

test('the details of a daily edit: what follows, the diff, each resource', () => {
  const { survives, details } = commentPart(of('memory'));
  expect(survives).toEqual([]);
  expect(details.map(({ title, body, fence }) => [title, fence, body.split('\n')[0]])).toEqual([
    [
      'What follows',
      undefined,
      '- **in place** api `memory 256 → 384 MiB` (`environments/staging.ts:12`): rolled out start\\-first, nobody notices',
    ],
    ['What the machine converges to', 'diff', '--- desired.yaml\tbefore'],
    ['Resources: 2', 'diff', '! digitalocean_spaces_bucket_object.desired updated in place'],
    ['Architecture', 'mermaid', 'flowchart TB'],
  ]);
});

describe('a plan of something else', () => {
  const tag = (name: string): Entry => ({
    address: 'digitalocean_tag.tag',
    actions: ['no-op'],
    before: { name },
    after: { name },
  });
  test.each<[string, Entry[], string]>([
    [
      'another environment',
      [tag('asset-archive-production')],
      'this plan is of "asset-archive-production", and not of the environment "staging" ("asset-archive-staging"): give the plan of staging, or review the other one',
    ],
    [
      'another stack',
      [{ address: 'digitalocean_spaces_bucket.bucket', actions: ['create'], after: {} }],
      'this plan is not of the environment "staging": it has no tag "asset-archive-staging"; plan it with `npx cdktf diff staging`',
    ],
  ])('%s is refused before anybody believes it', (_, entries, message) => {
    expect(() => review(aPlan(entries), staging())).toThrow(message);
  });

  test('an environment whose file is gone can still be reviewed', () => {
    const given = review(realPlan('destroyed'), { environment: 'staging', today });
    expect([given.verdict, given.consequences.some(({ cause }) => cause !== undefined)]).toEqual([
      'everything destroyed: 34 resources · −$30.80 a month · 1 policy stands in the way',
      false,
    ]);
  });
});
