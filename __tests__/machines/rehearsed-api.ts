import type { Cloud } from '../../scenario/cloud';

/** Calls to the rehearsed DigitalOcean account. */
export interface RehearsedApi {
  call<T>(method: string, path: string, body?: object): Promise<T>;
  /** Asks for an action, and waits until it is done and the machines have followed. */
  act(path: string, body: object): Promise<void>;
}

export function apiOf(cloud: Cloud): RehearsedApi {
  const { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_TOKEN: token } = cloud.env();
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${url}/v2/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  };
  /** An action is done when it is next asked for. */
  const done = async (): Promise<void> => {
    for (let open = true; open;) {
      const { actions } = await call<{ actions: { status: string }[] }>('GET', 'actions?per_page=200');
      open = actions.some(({ status }) => status !== 'completed');
    }
  };
  return {
    call,
    async act(path, body) {
      // a machine that is still being made takes no other
      await done();
      await call('POST', `${path}/actions`, body);
      await done();
      await cloud.fleet!.followed();
    },
  };
}
