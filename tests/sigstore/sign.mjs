// sigstore-js as a writer into a Rekor log:  node sign.mjs REKOR_URL message|statement FILE BUNDLE PUBLIC_KEY
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.SIGSTORE_MODULES + '/');
const { bundleToJSON } = require('@sigstore/bundle');
const { DSSEBundleBuilder, MessageSignatureBundleBuilder, RekorWitness } = require('@sigstore/sign');

const [url, kind, file, bundleFile, keyFile] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = createPublicKey(privateKey);
const pem = publicKey.export({ format: 'pem', type: 'spki' });
// No hint: it would become the envelope's keyid, and cosign passes over a keyid that is not of its own making.
const signer = {
  sign: async (data) => ({ signature: sign('sha256', data, privateKey), key: { $case: 'publicKey', publicKey: pem } }),
};
const witnesses = [new RekorWitness({ rekorBaseURL: url, entryType: 'dsse' })];
const builder =
  kind === 'statement' ? new DSSEBundleBuilder({ signer, witnesses }) : new MessageSignatureBundleBuilder({ signer, witnesses });
const bundle = await builder.create({ data: readFileSync(file), type: 'application/vnd.in-toto+json' });
writeFileSync(bundleFile, JSON.stringify(bundleToJSON(bundle)));
writeFileSync(keyFile, pem);
