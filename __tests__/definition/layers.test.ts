import { merge } from '../../definition/layers';
import { resolveLayers } from '../../definition/resolve';
import { anEnvironment } from './an-environment';

test('later layers win leaf by leaf, and every leaf knows the layer it came from', () => {
  const { value, sources } = merge([
    { source: 'default', value: { a: { x: 1, y: 1, z: [1, 2] }, b: {} } },
    { source: 'product', value: { a: { y: 2, z: [3] }, b: { c: 1 } } },
    { source: 'environment', value: { a: { y: 3, x: undefined } } },
  ]);
  expect(value).toEqual({ a: { x: 1, y: 3, z: [3] }, b: { c: 1 } });
  expect(Object.fromEntries(sources)).toEqual({
    'a.x': 'default',
    'a.y': 'environment',
    'a.z': 'product',
    'b.c': 'product',
  });
});

test('a scalar takes the place of an object and the other way round, and no source is left behind', () => {
  const { value, sources } = merge([
    { source: 'default', value: { place: 'machine', size: { a: 1 } } },
    { source: 'environment', value: { place: { managed: { nodes: 1 } }, size: 2 } },
  ]);
  expect(value).toEqual({ place: { managed: { nodes: 1 } }, size: 2 });
  expect(Object.fromEntries(sources)).toEqual({ 'place.managed.nodes': 'environment', size: 'environment' });
});

test('a new route takes the place of the old one as a whole: no host is left from before', () => {
  const { value } = resolveLayers(anEnvironment({ services: { cms: { route: '/admin' } } }));
  expect(value).toHaveProperty('services.cms.route', { path: '/admin' });
});

test('merging leaves the layers as they were', () => {
  const shared = { a: { b: 1 } };
  merge([
    { source: 'default', value: shared },
    { source: 'environment', value: { a: { b: 2, c: 3 } } },
  ]);
  expect(shared).toEqual({ a: { b: 1 } });
});
