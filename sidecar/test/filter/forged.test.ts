import { batches } from './batches.ts';

batches(
  'with a guest who forges updates: nothing forbidden shows, nothing permitted is lost, the honest agree',
  true
);
