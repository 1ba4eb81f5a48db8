import { z } from 'zod';
import { alreadyExists } from './api-error';
import { findEnvironment } from './environments';
import { body, pageOf, REPOSITORY, type Api, type Call } from './http';
import type { Store } from './store';
import { checkedName } from './names';
import type { Table, Variable } from './state';

/** Bytes: https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
const value = z.string().refine((text) => Buffer.byteLength(text) <= 48 * 1024, 'may have 48 KB at most');

function mountTable(api: Api, store: Store, path: string, tableOf: (call: Call) => Table<Variable>): void {
  const wanted = (call: Call) => store.find(tableOf(call), call.req.param('variable')!.toUpperCase());

  api.get(path, (call) => {
    const variables = Object.values(tableOf(call));
    return call.json({ total_count: variables.length, variables: pageOf(call, variables) });
  });

  api.post(path, async (call) => {
    const table = tableOf(call);
    const given = await body(call, z.object({ name: z.string(), value }));
    const name = checkedName('Variable', given.name);
    if (Object.hasOwn(table, name)) throw alreadyExists('Variable');
    table[name] = { name, value: given.value, created_at: store.now(), updated_at: store.now() };
    return call.json({}, 201);
  });

  api.get(`${path}/:variable`, (call) => call.json(wanted(call)));

  api.patch(`${path}/:variable`, async (call) => {
    const table = tableOf(call);
    const variable = wanted(call);
    const given = await body(call, z.object({ name: z.string().optional(), value: value.optional() }));
    const name = given.name === undefined ? variable.name : checkedName('Variable', given.name);
    if (name !== variable.name && Object.hasOwn(table, name)) throw alreadyExists('Variable');
    delete table[variable.name];
    table[name] = { ...variable, name, value: given.value ?? variable.value, updated_at: store.now() };
    return call.body(null, 204);
  });

  api.delete(`${path}/:variable`, (call) => {
    delete tableOf(call)[wanted(call).name];
    return call.body(null, 204);
  });
}

export function mountVariables(api: Api, store: Store): void {
  for (const base of REPOSITORY) {
    mountTable(api, store, `${base}/actions/variables`, (call) => store.repository(call).variables);
    mountTable(
      api,
      store,
      `${base}/environments/:environment/variables`,
      (call) => findEnvironment(store, store.repository(call), call).variables,
    );
  }
}
