/**
 * A guest's page joins the notebook's kernel as soon as there is one, and never starts any: the sidecar does, for a run.
 * @module
 */
import { type ISessionContext, SessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Session } from '@jupyterlab/services';
import type { Live } from '../live.ts';

/** A session of JupyterLab's, which takes what a list of the server's says of it. */
interface Updatable {
  update(model: Session.IModel): void;
}

/** Follows what the control socket says of the kernel, for as long as the page is open. */
export function followKernel(live: Live, tracker: INotebookTracker, sessions: Session.IManager): void {
  renameHere(sessions);
  waitForKernels();
  let turn: Promise<unknown> = Promise.resolve();
  const look = async (): Promise<void> => {
    // One that is gone, or that another has replaced, JupyterLab finds in the list by itself.
    await sessions.refreshRunning();
    for (const panel of tracker.filter(each => !each.isDisposed)) {
      await join(panel, sessions);
    }
  };
  live.message.connect((_, { type }) => {
    if (type === 'kernel' || type === 'hello') {
      // Without an answer, the control socket is on its way out too, and comes again.
      turn = turn.then(look).catch(() => undefined);
    }
  });
}

/**
 * JupyterLab gives a new session its name over HTTP before it tells anybody of the kernel, whose socket is open by then: a widget that is
 * made meanwhile finds no one who knows widgets, and is closed for all. The server has a name for the session already.
 */
function renameHere(sessions: Session.IManager): void {
  const startNew = sessions.startNew.bind(sessions);
  sessions.startNew = async (...options) => {
    const session = await startNew(...options);
    const update = async (change: Partial<Session.IModel>): Promise<void> =>
      (session as unknown as Updatable).update({ ...session.model, ...change });
    return Object.assign(session, {
      setPath: (path: string) => update({ path }),
      setName: (name: string) => update({ name })
    });
  };
}

/**
 * A session is ready here when there is a kernel. JupyterLab counts one without a kernel as ready when none is to be started, and
 * ipywidgets' manager, which takes the kernel's word for granted then, shows no widget in that notebook ever after.
 */
function waitForKernels(): void {
  const ready = Object.getOwnPropertyDescriptor(SessionContext.prototype, 'ready');
  const kernels = new WeakMap<ISessionContext, Promise<void>>();
  Object.defineProperty(SessionContext.prototype, 'ready', {
    configurable: true,
    get(this: SessionContext): Promise<void> {
      const known = kernels.get(this) ?? (ready?.get?.call(this) as Promise<void>).then(() => kernelOf(this));
      kernels.set(this, known);
      return known;
    }
  });
}

async function kernelOf(context: ISessionContext): Promise<void> {
  await new Promise<void>(resolve => {
    const look = (): void => {
      if (context.session?.kernel) {
        context.kernelChanged.disconnect(look);
        resolve();
      }
    };
    context.kernelChanged.connect(look);
    look();
  });
}

async function join({ context, sessionContext }: NotebookPanel, sessions: Session.IManager): Promise<void> {
  await context.ready;
  const [running] = sessions.running();
  const { kernel } = sessionContext.session ?? {};
  if (running?.kernel && !kernel) {
    await sessionContext.changeKernel({ id: running.kernel.id, name: running.kernel.name });
  } else if (kernel?.connectionStatus === 'disconnected') {
    // JupyterLab gives up on a kernel's socket after some tries.
    await kernel.reconnect();
  }
}
