/**
 * What the owner has set in JupyterLab's settings for this extension.
 * @module
 */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

const SETTINGS = 'jupyter-liveshare:share';

/** Follows a setting that is on or off; the function returned says how it is now, off until it is known. */
export function followFlag(
  settings: ISettingRegistry | null,
  key: 'isolateOutputs' | 'runOnServer'
): () => boolean {
  let isOn = false;
  void settings?.load(SETTINGS).then(loaded => {
    const read = () => {
      isOn = loaded.get(key).composite === true;
    };
    loaded.changed.connect(read);
    read();
  });
  return () => isOn;
}
