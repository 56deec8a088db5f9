/**
 * The page that takes the place of JupyterLab when access has ended.
 * @module
 */

/** Where one can still go. */
export interface EndLink {
  readonly label: string;
  readonly href: string;
}

/** Covers everything; there is no way back but the one that it names. */
export function showEndPage(title: string, advice: string, link?: EndLink): void {
  const page = document.createElement('div');
  page.className = 'jp-LiveShare-endPage';
  page.setAttribute('role', 'alertdialog');
  page.setAttribute('aria-modal', 'true');
  page.tabIndex = -1;
  const head = document.createElement('h1');
  head.textContent = title;
  const text = document.createElement('p');
  text.textContent = advice;
  page.setAttribute('aria-label', title);
  page.append(head, text);
  if (link) {
    const anchor = document.createElement('a');
    anchor.href = link.href;
    anchor.textContent = link.label;
    page.append(anchor);
  }
  document.querySelector('.jp-LiveShare-endPage')?.remove();
  document.body.append(page);
  document.title = title;
  page.focus();
}
