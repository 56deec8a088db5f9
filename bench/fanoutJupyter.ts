/**
 * The Jupyter Server of the fan-out bench, the tests' fake one, in a process of its own: what it costs isn't the sidecar's.
 */
import { FakeJupyter, notebook } from '../sidecar/testing/fakeJupyter.ts';

const jupyter = await FakeJupyter.start();
jupyter.put('lecture.ipynb', notebook({ a: 'x = 1', b: 'y = 2' }));
process.send?.(jupyter.upstream);
process.on('disconnect', () => process.exit(0));
