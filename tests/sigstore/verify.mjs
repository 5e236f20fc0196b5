// sigstore-js without its TUF client:  node verify.mjs BUNDLE TRUSTED_ROOT ARTIFACT IDENTITY ISSUER [PUBLIC_KEY]
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.SIGSTORE_MODULES + '/');
const { bundleFromJSON } = require('@sigstore/bundle');
const { TrustedRoot } = require('@sigstore/protobuf-specs');
const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');

const [bundle, root, artifact, identity, issuer, keyFile] = process.argv.slice(2);
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const key = keyFile && { publicKey: createPublicKey(readFileSync(keyFile)), validFor: () => true };
const material = toTrustMaterial(TrustedRoot.fromJSON(json(root)), key && (() => key));
// Our authority has no certificate log; everything else is demanded.
const verifier = new Verifier(material, { ctlogThreshold: 0, tlogThreshold: 1, timestampThreshold: 1 });
const policy = key ? undefined : { subjectAlternativeName: identity, extensions: { issuer } };
verifier.verify(toSignedEntity(bundleFromJSON(json(bundle)), readFileSync(artifact)), policy);
console.log('verified');
