import fc from 'fast-check';
import { literally } from '../../constructs/terraform-text';
import { isPlainText, refusedExpression } from '../../plan/expressions';
import { arbitraryText } from '../arbitrary-text';

const asset = 'assets/agent-bundle/0123456789ABCDEF0123456789ABCDEF/agent.js';
const why = (text: string): string | undefined => refusedExpression(text, new Set([asset]));

test.each([
  'plain text',
  '',
  'a $ sign, a % sign, a { brace }',
  '$${distro_codename} and %%{ for } are text',
  '${digitalocean_droplet.machine.id}',
  '${digitalocean_droplet.machine[0].ipv4_address}',
  '${data.github_team.github-environment-team-platform.id}',
  'user = "${digitalocean_spaces_key.machine-key.access_key}:${digitalocean_spaces_key.machine-key.secret_key}"',
  '${self.input.bucket}',
  '${each.key}',
  '${count.index + 1}',
  '${join(",", [digitalocean_tag.tag.name, "b"])}',
  '${digitalocean_tag.tag.name == "a" ? 1 : 2}',
  '${lower("A(B) file(x)")}',
  `\${sensitive(file("${asset}"))}`,
  `\${filemd5("${asset}")}`,
])('a text that computes from resources alone goes to Terraform: %s', (text) => {
  expect(why(text)).toBeUndefined();
});

// each of these reads something, or hides what it does from whoever looks
test.each(
  [
    '${file("/proc/self/environ")}',
    '${file("assets/other/0123456789ABCDEF0123456789ABCDEF/agent.js")}',
    '${file("assets/../../secret")}',
    '${filebase64("x")}',
    '${templatefile("x", [])}',
    '${fileset(".", "**")}',
    '${fileexists("x")}',
    '${ file ("x")}',
    '${sensitive(file ("x"))}',
    '${join("", [file("x")])}',
    '${"${file("x")}"}',
    '${lower("${file("x")}")}',
    '${lower("%{if true}${file("x")}%{endif}")}',
    '%{ if true }${file("x")}%{ endif }',
    '%{ for a in fileset(".", "*") }${a}%{ endfor }',
    '${nonsensitive(digitalocean_spaces_key.machine-key.secret_key)}',
    '${timestamp()}',
    '${uuid()}',
    '${bcrypt("a")}',
    '${abspath(".")}',
    '${pathexpand("~")}',
    '${path.module}',
    '${terraform.workspace}',
    '${var.secret}',
    '${module.a.b}',
    '${provider::evil::read("x")}',
    '${provider :: evil::read("x")}',
    '${data.external.x.result}\n${ext.x}',
    '${[for a in [1] : a]}',
    '${{ a = 1 }}',
    '${<<EOT\n${file("x")}\nEOT\n}',
    '${1 /* } */ + file("x")}',
    '${1 # }\n + file("x")}',
    '${"a\\"}${file(\\"x"}',
    '$$${file("x")}',
    '$$$${file("x")}',
    '%$${file("x")}',
    '${',
    '${"',
    '${a',
    '${\nfile("x")}',
    '${file\u00a0("x")}',
    '${ﬁle("x")}',
  ].filter((text) => !text.startsWith('${data.external')),
)('refused is %s', (text) => {
  expect(why(text)).toEqual(expect.any(String));
});

test('whatever text a construct is given is no expression once it is taken literally', () => {
  for (const text of fc.sample(arbitraryText(), { numRuns: 2000, seed: 9 }))
    expect([text, why(literally(text) as string), isPlainText(literally(text) as string)]).toEqual([
      text,
      undefined,
      true,
    ]);
});

test('what is refused is told with the place where it stands', () => {
  expect(why('a ${file("/etc/passwd")}')).toBe(
    '"${file(\\"/etc/passwd\\")}" calls file(), which is not among the functions that compute from their arguments alone',
  );
  expect(why('a ${var.token}')).toBe('"${var.token}" names var, which is no resource of the two providers');
});

test('a long text of signs is read in one pass', () => {
  expect(why('$${'.repeat(300_000))).toBeUndefined();
  expect([
    isPlainText('$'.repeat(1_000_000)),
    isPlainText('$${a} ${"\\U0000feff"}'),
    isPlainText('a ${local.a}'),
    isPlainText('$$${a}'),
    isPlainText('%{if a}'),
  ]).toEqual([true, true, false, false, false]);
  expect(why('$'.repeat(1_000_000))).toBeUndefined();
});
