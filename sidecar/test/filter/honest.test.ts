import { batches } from './batches.ts';

batches('of honest guests: nothing forbidden shows, nothing permitted is lost, all agree', false);
