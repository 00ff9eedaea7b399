/** The version of the engine as it stands beside every result's hash; a test holds it to package.json's. */
export const ENGINE_VERSION = "0.1.0";
