import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Folders of the sidecar, lowest first: a file imports only from its own folder or a lower one (ARCHITECTURE.md). */
const LAYERS = [
  ['protocol'],
  ['store', 'policy', 'upstream'],
  ['locks', 'versions', 'access'],
  ['document', 'kernel'],
  ['routes']
];

const layerRules = LAYERS.flatMap((folders, level) => {
  const higher = LAYERS.slice(level + 1).flat();
  return folders
    .filter(folder => folder !== 'protocol')
    .map(folder => {
      const siblings = level >= 1 ? folders.filter(other => other !== folder) : [];
      const allowed = { access: ['locks', 'versions'], versions: ['locks'] }[folder] ?? [];
      const forbidden = [...higher, ...siblings.filter(name => !allowed.includes(name))];
      const only =
        folder === 'policy'
          ? [...new Set([...forbidden, 'store', 'upstream', 'locks', 'access'])]
          : forbidden;
      return {
        files: [`sidecar/${folder}/**/*.ts`],
        ignores: ['**/*.test.ts'],
        rules: {
          'no-restricted-imports': [
            'error',
            {
              patterns: [
                {
                  group: only.map(name => `**/${name}/**`),
                  message: `${folder}/ stands below or beside that folder.`
                },
                { group: ['**/app.ts', '**/main.ts'], message: 'Nothing imports the composition root.' }
              ]
            }
          ]
        }
      };
    });
});

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      'lib/**',
      'dist/**',
      '.venv/**',
      'jupyter_liveshare/**',
      'playwright-report/**',
      'test-results/**'
    ]
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-lines': ['error', { max: 300, skipBlankLines: false }],
      'max-lines-per-function': ['error', { max: 60 }],
      eqeqeq: 'error'
    }
  },
  {
    files: ['**/*.test.ts', '**/*.spec.ts', '**/test/**', '**/testing/**', 'ui-tests/**', 'bench/**'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  },
  { files: ['src/**'], languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['src/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/sidecar/**'], message: 'The plugin knows the protocol, never the sidecar.' }
          ]
        }
      ]
    }
  },
  ...layerRules
);
