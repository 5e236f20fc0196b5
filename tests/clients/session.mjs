// What every TypeScript client does here: list, sign, verify, verify what was tampered with. Prints one JSON object.
export async function session(client, { digest, other }, revision) {
  const { tools } = await client.listTools();
  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    return { isError: result.isError === true, structured: result.structuredContent, text: result.content[0].text };
  };
  const signed = await call("sign", { artifact: digest, artifact_type: "container_image", subject: "myapp:v2.1.0", metadata: { commit: "7f8d9e2" } });
  const { signature, certificate } = signed.structured ?? {};
  const verified = await call("verify", { artifact: digest, signature, certificate, identity: "tester@example.com" });
  const tampered = await call("verify", { artifact: other, signature, certificate });
  const wrong = await call("sign", { artifact: "myapp:latest", artifact_type: "container_image" });
  console.log(JSON.stringify({ revision: revision(), tools, signed, verified, tampered, wrong }));
  await client.close();
}
