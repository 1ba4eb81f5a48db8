/** Variables that hold credentials, or that would lead a tool past the simulated cloud. */
const kept =
  /^(TERRAFORM_BINARY_NAME|TF_CLI_CONFIG_FILE|TF_PLUGIN_CACHE_DIR|TF_DISABLE_PLUGIN_TLS|TF_LOG.*|GITHUB_ACTIONS|GITHUB_WORKSPACE|GITHUB_EVENT_.*|GITHUB_OUTPUT|GITHUB_STEP_SUMMARY|GITHUB_ENV|GITHUB_PATH)$/;
const dropped =
  /^(DIGITALOCEAN|DO|SPACES|AWS|GITHUB|GH|TF|S3|RCLONE|DOCTL|AZURE|ARM|GOOGLE|CLOUDFLARE|VAULT|HTTPS?_PROXY|ALL_PROXY)(_|$)|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_KEY|ACCESS_KEY|API_?KEY/i;

/** A process environment without anybody's credentials: a simulation must not be able to touch a real account. */
export function withoutCredentials(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => kept.test(name) || !dropped.test(name)));
}
