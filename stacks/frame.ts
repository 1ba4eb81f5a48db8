import { DigitaloceanProvider } from '@cdktf/provider-digitalocean/lib/provider';
import { GithubProvider } from '@cdktf/provider-github/lib/provider';
import { App } from 'cdktf';
import { SpacesBackend } from '../constructs/spaces-backend';
import { Stack } from '../constructs/stack';
import type { State } from '../definition/state';

/** Where a stack keeps its state, and the providers that it works with. Tokens come from the environment of whoever deploys. */
export function layFrame(stack: Stack, { bucket, region }: State, owner?: string): void {
  new SpacesBackend(stack, { bucket, region, stack: stack.node.id });
  // DIGITALOCEAN_TOKEN, SPACES_ACCESS_KEY_ID, SPACES_SECRET_ACCESS_KEY
  new DigitaloceanProvider(stack, 'digitalocean');
  // GITHUB_TOKEN
  if (owner !== undefined) new GithubProvider(stack, 'github', { owner });
}

/** The `terraform` block of a stack of this name: what anybody's synth of it has to say. `owner` is left out for the stack `state`. */
export function terraformBlock(name: string, state: State, owner?: string): unknown {
  const stack = new Stack(new App(), name);
  layFrame(stack, state, owner);
  return (JSON.parse(JSON.stringify(stack.toTerraform())) as { terraform: unknown }).terraform;
}
