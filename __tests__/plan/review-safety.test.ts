import { stringify } from 'yaml';
import { composeComment } from '../../plan/comment';
import { readPlan } from '../../plan/plan';
import { review } from '../../plan/review';
import type { Review } from '../../contract/review';
import { commentPart } from '../../plan/review-markdown';
import { renderTerminal } from '../../plan/review-terminal';
import { renderSarif } from '../../plan/sarif';
import { staging, today } from './a-definition';
import { aPlan, type Entry, planJson, planText, realPlans } from './a-plan';

const outputs = (given: Review): Record<string, string> => ({
  json: JSON.stringify(given),
  terminal: renderTerminal(given),
  markdown: composeComment([commentPart(given)]),
  sarif: JSON.stringify(renderSarif(given)),
});
const ours: Entry = {
  address: 'digitalocean_tag.tag',
  actions: ['no-op'],
  before: { name: 'asset-archive-staging' },
  after: { name: 'asset-archive-staging' },
};

describe('secrets', () => {
  const c = 'canary';
  const planted: Entry[] = [
    ours,
    {
      address: 'digitalocean_droplet.machine',
      actions: ['delete', 'create'],
      before: { user_data: `${c}-user-data`, name: 'a' },
      after: { user_data: `${c}-user-data-2`, name: 'b' },
      replacePaths: [['name'], ['user_data']],
    },
    {
      address: 'digitalocean_spaces_key.machine-key',
      before: { secret_key: c, grant: [{ bucket: 'a', note: c }] },
      after: { secret_key: `${c}2`, grant: [{ bucket: 'b', note: c }] },
      beforeSensitive: { secret_key: true, grant: [{ note: true }] },
      afterSensitive: { secret_key: true, grant: [{ note: true }] },
    },
    {
      address: 'digitalocean_database_user.managed-postgres-user-api',
      actions: ['delete'],
      before: { name: 'api', password: c },
      beforeSensitive: { password: true },
    },
    {
      address: 'digitalocean_database_cluster.managed-postgres',
      before: { uri: `postgresql://u:${c}@h/d`, size: 'a' },
      after: { uri: `postgresql://u:${c}2@h/d`, size: 'b' },
      beforeSensitive: { uri: true },
      afterSensitive: { uri: true },
    },
    {
      address: 'digitalocean_spaces_bucket_object.managed-urls',
      before: { content: `{"u":"${c}"}`, etag: 'a' },
      after: { content: `{"u":"${c}2"}`, etag: 'b' },
      beforeSensitive: { content: true },
      afterSensitive: { content: true },
    },
    {
      address: 'digitalocean_spaces_bucket_object.desired',
      before: {
        content: stringify({ services: { api: { variables: { SMTP_PASSWORD: `${c}-old`, U: `https://u:${c}@x` } } } }),
      },
      after: {
        content: stringify({
          services: { api: { memory: 1, variables: { SMTP_PASSWORD: `${c}-new`, U: `https://u:${c}9@x` } } },
        }),
      },
    },
    {
      address: 'github_actions_environment_secret.s',
      before: { plaintext_value: c },
      after: { plaintext_value: `${c}2` },
      beforeSensitive: { plaintext_value: true },
      afterSensitive: { plaintext_value: true },
    },
    {
      address: 'github_actions_environment_variable.github-environment-variable-NPM_TOKEN',
      before: { variable_name: 'NPM_TOKEN', value: `${c}-a` },
      after: { variable_name: 'NPM_TOKEN', value: `${c}-b` },
    },
    {
      address: 'acme_gadget.whole',
      before: { a: c, b: [{ c }] },
      after: { a: `${c}2`, b: [{ c: `${c}3` }] },
      beforeSensitive: true,
      afterSensitive: true,
    },
    {
      address: 'acme_gadget.nested',
      before: { list: [] },
      after: { list: [{ inner: [{ deep: c, seen: 'yes' }] }] },
      afterSensitive: { list: [{ inner: [{ deep: true }] }] },
    },
    {
      address: 'acme_gadget.unmarked',
      before: { api_token: `${c}1`, note: 'x' },
      after: { api_token: `${c}2`, note: `-----BEGIN PRIVATE KEY-----\n${c}\n-----END PRIVATE KEY-----` },
    },
  ];
  const plan = readPlan(
    planJson(planted, {
      output_changes: {
        password: {
          actions: ['update'],
          before: c,
          after: `${c}2`,
          after_unknown: false,
          before_sensitive: false,
          after_sensitive: false,
        },
      },
      resource_drift: [],
    }),
    'a plan',
  );

  test.each(Object.entries(outputs(review(plan, staging()))))(
    'none of those planted everywhere in a plan comes out in %s',
    (_, text) => {
      expect(text).not.toContain(c);
    },
  );

  test('what is not secret beside them is still told', () => {
    const { json } = outputs(review(plan, staging()));
    for (const seen of [
      '(sensitive value)',
      'memory none → 1 MiB',
      '\\"seen\\":\\"yes\\"',
      'plaintext-secret',
      'NPM_TOKEN',
      'name a → b',
    ])
      expect(json).toContain(seen);
  });

  const withSecrets = realPlans.filter((name) => planText(name).includes(c));
  test('the real plans hold secrets', () => expect(withSecrets.length).toBeGreaterThan(6));
  test.each(withSecrets)('no secret of the real plan "%s" comes out', (name) => {
    for (const text of Object.values(outputs(review(readPlan(planText(name), name), { environment: 'x', today }))))
      expect(text).not.toContain(c);
  });
});

describe('text from a plan stays text', () => {
  const evil = [
    '@octocat',
    '@acme/platform',
    '#1',
    'acme/shop#2',
    'GH-3',
    'https://evil.example/x',
    'www.evil.example',
    '<img src=x onerror=alert(1)>',
    '</details>',
    '```',
    '````\n# heading',
    '~~~',
    '`code`',
    '[a](https://evil.example)',
    '![a](https://evil.example/a.png)',
    '**bold**',
    '<!-- berth:review -->',
    '\u001b[31mred\u001b[0m\u001b]0;title\u0007',
    'a\u202eevil\u202c',
    'zero\u200bwidth',
    'line\n- item\n\n## more',
    '|a|b|',
    '%%{init: {}}%%',
    '"]; click a "javascript:alert(1)"',
    '&lt;b&gt;',
  ];
  // in an address, an attribute's name, a value, a service's name, a variable, and where people write prose
  const entries: Entry[] = [
    ours,
    ...evil.flatMap((text, index): Entry[] => [
      { address: `acme_gadget.${text}`, actions: ['delete'], before: { a: 1 } },
      {
        address: `acme_gadget.n${index}`,
        before: { [text]: 1, note: text },
        after: { [text]: 2, note: `${text}${text}` },
      },
    ]),
    {
      address: 'digitalocean_spaces_bucket_object.desired',
      before: { content: stringify({ services: { api: { memory: 1 } } }) },
      after: {
        content: stringify({
          services: {
            api: { memory: 2, image: evil.join(' ') },
            ...Object.fromEntries(evil.map((text) => [text, { kind: text, variables: { [text]: text } }])),
          },
        }),
      },
    },
  ];
  const given = review(aPlan(entries), {
    ...staging({
      acknowledge: [
        { policy: 'data-destroyed', reason: evil.join(' '), until: '2027-01-01' },
        { policy: 'no-such', reason: 'a reason that is long', until: '2027-01-01' },
      ],
    }),
  });
  const { markdown, terminal } = outputs(given);

  /** The comment without fenced blocks and code spans, in which GitHub shows everything as it is. */
  function prose(text: string): string {
    const lines: string[] = [];
    let fence: string | undefined;
    for (const line of text.split('\n')) {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (fence === undefined && mark !== undefined) fence = mark;
      else if (fence !== undefined && mark !== undefined && mark.startsWith(fence) && line.trim() === mark)
        fence = undefined;
      else if (fence === undefined) lines.push(line.replace(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, '()'));
    }
    expect(fence).toBeUndefined();
    return lines.join('\n');
  }

  test.each([
    ['names nobody', /(?<![\w&])@[\w-]/],
    ['refers to no issue', /(?<!&)#\d|\bGH-\d/],
    ['links nowhere', /https?:\/\/|\bwww\.|\]\(/],
    ['brings no tag of its own', /<(?!\/?(?:details|summary|b|sub)>|!-- berth:[^>]* -->)[a-z/!]/i],
    ['opens no heading', /^#{1,6} (?!1 environment|#)(?!## )(?!\d)/m],
  ])('in the comment it %s', (_, pattern) => {
    expect(
      prose(markdown)
        .split('\n')
        .filter((line) => !line.startsWith('### '))
        .join('\n'),
    ).not.toMatch(pattern);
  });

  test('every block that is opened in the comment is closed, and there are no more than ours', () => {
    expect([...prose(markdown).matchAll(/<details>/g)].length).toBe(
      [...prose(markdown).matchAll(/<\/details>/g)].length,
    );
    expect(
      [...markdown.matchAll(/<!-- berth:/g)].length - [...markdown.matchAll(/<!-- berth:review -->\)?`/g)].length,
    ).toBeGreaterThan(0);
  });

  test.each(Object.entries({ markdown, terminal }))('%s holds no sign that cannot be seen', (_, text) => {
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  });

  test('a terminal gets one line for what has one line', () => {
    expect(terminal.split('\n').filter((line) => /^(- item|## more|# heading)/.test(line))).toEqual([]);
  });
});

test('ten times the changes take about ten times the looks at them: a review does not grow faster than its plan', () => {
  const looks = (count: number): number => {
    const plan = aPlan(
      Array.from({ length: count }, (_, index): Entry => {
        const kind = [
          'digitalocean_record',
          'acme_gadget',
          'digitalocean_droplet',
          'digitalocean_volume',
          'github_actions_environment_variable',
        ][index % 5]!;
        return {
          address: `${kind}.n${index}`,
          actions: [['update'], ['delete', 'create'], ['create'], ['delete']][index % 4]!,
          before: index % 4 === 2 ? null : { size: 1, region: 'a' },
          after: index % 4 === 3 ? null : { size: 2, region: 'b' },
        };
      }),
    );
    let looked = 0;
    const counted = plan.changes.map(
      (change) =>
        new Proxy(change, {
          get: (target, key) => {
            looked++;
            return Reflect.get(target, key) as unknown;
          },
        }),
    );
    const given = review({ ...plan, changes: counted }, { environment: 'large', today });
    commentPart(given);
    renderTerminal(given);
    return looked;
  };
  expect(looks(1_000) / looks(100)).toBeLessThan(11);
});
