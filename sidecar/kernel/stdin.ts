/**
 * Questions of `input()` and `getpass()`: the person whose run asks is asked, and nobody else; when they have gone, the owner is. What
 * is typed for a password is handed to the kernel and kept nowhere.
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '../../protocol/kernel.ts';
import { OWNER_ID, type ServerMessage } from '../../protocol/messages.ts';
import { Refusal } from '../policy/verdict.ts';
import { makeHeader, type Run } from './run.ts';

/** Characters of an answer. */
const MAX_VALUE = 64 * 1024;

/** A client that is asked by itself: it ran the cell on its kernel socket, and waits there. */
export interface Prompter {
  readonly open: () => boolean;
  readonly ask: (run: string, content: Readonly<Record<string, unknown>>) => void;
}

/** Whoever runs, as one to be asked. */
export interface Answerer {
  /** Null: their pages are asked, over the control socket. */
  readonly prompter: Prompter | null;
  /** Whether they may answer, as of now. */
  readonly may: () => boolean;
}

/** A question that is open; a kernel has one at most. */
interface Question extends Answerer {
  readonly run: Run;
  readonly request: KernelMessage;
  readonly prompt: string;
  readonly password: boolean;
  /** The owner is asked: the person has gone. */
  handedOn: boolean;
}

/** What is needed to ask. */
export interface StdinParts {
  /** Whether somebody can be asked now. */
  readonly here: (person: string) => boolean;
  readonly tell: (person: string, message: ServerMessage) => void;
  /** Sends to the kernel. */
  readonly send: (message: (session: string) => KernelMessage) => void;
  readonly changed: () => void;
}

/** The open question of one kernel. */
export class Stdin {
  readonly #parts: StdinParts;
  #question: Question | null = null;

  constructor(parts: StdinParts) {
    this.#parts = parts;
  }

  /** The kernel asks. */
  ask(run: Run, request: KernelMessage, { prompter, may }: Answerer): void {
    const { prompt, password } = request.content;
    const question: Question = {
      run,
      prompter,
      may,
      request,
      prompt: typeof prompt === 'string' ? prompt : '',
      password: password === true,
      handedOn: false
    };
    this.#question = question;
    run.become('input');
    if (this.#asked(question) !== run.request.person.id) {
      // `consider` asks the owner.
    } else if (prompter === null) {
      this.#parts.tell(run.request.person.id, this.#message(question));
    } else {
      prompter.ask(run.id, { prompt: question.prompt, password: question.password });
    }
    this.consider();
    this.#parts.changed();
  }

  /** The question that a person has to answer, for a page of theirs that was just opened. */
  pending(person: string): ServerMessage | null {
    const question = this.#question;
    return question !== null && this.#asked(question) === person ? this.#message(question) : null;
  }

  /** Somebody answers. Refuses whoever wasn't asked. */
  answer(person: string, run: string, value: string): void {
    const question = this.#question;
    if (question?.run.id !== run) {
      throw new Refusal('not-found', 'That question is no longer open.');
    }
    if (this.#asked(question) !== person) {
      throw new Refusal('no-right', `Only ${question.run.request.person.name} can answer that.`);
    }
    if (value.length > MAX_VALUE) {
      throw new Refusal('too-large');
    }
    this.#question = null;
    question.run.become('running');
    question.run.showInput(question.prompt, value, question.password);
    this.#parts.send(session => ({
      channel: 'stdin',
      header: makeHeader(randomUUID(), 'input_reply', session),
      parent_header: question.request.header,
      metadata: {},
      content: { value, status: 'ok' },
      buffers: []
    }));
    this.#parts.changed();
  }

  /** Somebody came, went, or has other rights: when the person who is asked can't answer any more, the owner is asked instead. */
  consider(): void {
    const question = this.#question;
    if (question === null) {
      return;
    }
    const away = this.#asked(question) === OWNER_ID && question.run.request.person.id !== OWNER_ID;
    if (away && !question.handedOn) {
      this.#parts.tell(OWNER_ID, this.#message(question));
    }
    question.handedOn = away;
  }

  /** A run has ended, with or without an answer. */
  ended(run: Run): void {
    if (this.#question?.run === run) {
      this.#question = null;
    }
  }

  #asked({ run, prompter, may }: Question): string {
    const { id } = run.request.person;
    const reached = prompter === null ? this.#parts.here(id) : prompter.open();
    return reached && may() ? id : OWNER_ID;
  }

  #message({ run, prompt, password }: Question): ServerMessage {
    const { cell, person } = run.request;
    return { type: 'input_request', run: run.id, cell: cell ?? '', person, prompt, password };
  }
}
