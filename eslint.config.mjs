import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * What each folder of the sidecar may import, besides itself and `protocol` (ARCHITECTURE.md): dependencies only go down, and
 * the two live paths never know each other.
 */
const MAY_IMPORT = {
  policy: [],
  store: [],
  upstream: ['policy'],
  locks: ['policy', 'store'],
  versions: ['policy', 'store', 'upstream'],
  access: ['policy', 'store', 'upstream', 'locks'],
  control: ['access', 'policy', 'store', 'locks'],
  activity: ['access', 'policy', 'store'],
  comments: ['access', 'policy', 'store'],
  document: ['access', 'policy', 'store', 'upstream', 'locks'],
  kernel: ['access', 'policy', 'store', 'upstream', 'locks'],
  terminals: ['access', 'policy', 'upstream'],
  pages: ['policy'],
  routes: [
    'access',
    'activity',
    'comments',
    'control',
    'document',
    'kernel',
    'locks',
    'pages',
    'policy',
    'store',
    'terminals',
    'upstream',
    'versions'
  ]
};

const layerRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => {
  const forbidden = Object.keys(MAY_IMPORT).filter(name => name !== folder && !allowed.includes(name));
  const patterns = [
    { group: ['**/app.ts', '**/main.ts', '**/parts/**'], message: 'Nothing imports the composition root.' },
    ...(forbidden.length === 0
      ? []
      : [
          {
            group: forbidden.map(name => `**/${name}/**`),
            message: `${folder}/ stands below or beside that folder.`
          }
        ])
  ];
  return {
    files: [`sidecar/${folder}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns }] }
  };
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
