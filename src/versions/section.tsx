/**
 * The section of versions, wired to its dialogs.
 * @module
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Folds } from '../components/GuestsPanel.tsx';
import { VersionsSection } from '../components/VersionsSection.tsx';
import { compareVersions, goBack, removeVersion, saveVersion } from './dialogs.tsx';
import type { NotebookVersions } from './notebookVersions.ts';

/** What the section needs. */
export interface VersionsSectionOptions {
  readonly versions: NotebookVersions;
  /** The owner's name; empty in the owner's own page. */
  readonly owner: string;
  readonly folds: Folds;
  readonly trans: TranslationBundle;
}

/** The section; nothing for whoever may see no version. */
export function versionsSection(options: VersionsSectionOptions): React.JSX.Element | null {
  const { folds, owner, trans, versions } = options;
  const { can } = versions;
  if (!can.see) {
    return null;
  }
  return (
    <VersionsSection
      view={versions.view}
      can={can}
      owner={owner}
      folds={folds}
      trans={trans}
      actions={{
        save: () => void saveVersion(versions, trans),
        restore: version => void goBack(versions, version, trans),
        compare: (version, other) => void compareVersions(versions, version.number, other, trans),
        pin: (version, pinned) => versions.pin(version.number, pinned),
        remove: version => void removeVersion(versions, version, trans),
        pageUrl: version => versions.pageUrl(version)
      }}
    />
  );
}
