package import RefoldBytes
import RefoldWire

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `opensearch` of a target, with its secrets looked up.
package struct SearchOptions: Sendable {
    /// Where and how to connect.
    let endpoint: WireEndpoint
    /// Bytes of one bulk request, before compression.
    let bulkBytes: Int
    /// How many requests at once; nil: as many as there are shards of the run.
    let concurrency: Int?
    /// Whether requests are compressed; decided already.
    let compresses: Bool

    /// Reads the part of the manifest; secrets come from the environment and from files.
    ///
    /// Throws `index.not_permitted` for a secret that is not there, `index.refused` for what is not built.
    package init(_ manifest: JSONValue, environment: [String: String]) throws(IndexError) {
        let address = manifest["url"]?.asString ?? ""
        let auth = manifest["auth"]
        if auth?["sigv4"] != nil {
            throw IndexError(
                .refused,
                "signing requests (auth.sigv4) is not built yet",
                place: address,
                fix: "use basic, bearer or apiKey"
            )
        }
        let tls = manifest["tls"]
        if tls?["clientCertificate"] != nil || tls?["clientKey"] != nil {
            throw IndexError(
                .refused,
                "client certificates (tls.clientCertificate) are not built yet",
                place: address,
                fix: "use basic, bearer or apiKey"
            )
        }
        let secrets = SecretSource(environment: environment)
        var authentication = WireEndpoint.Authentication.none
        if let basic = auth?["basic"] {
            authentication = .basic(
                user: try secrets.read(basic["username"], "auth.basic.username"),
                password: try secrets.read(basic["password"], "auth.basic.password")
            )
        } else if let bearer = auth?["bearer"] {
            authentication = .header("Bearer \(try secrets.read(bearer, "auth.bearer"))")
        } else if let key = auth?["apiKey"] {
            authentication = .header("ApiKey \(try secrets.read(key, "auth.apiKey"))")
        }
        do {
            endpoint = try WireEndpoint(
                address: address,
                authentication: authentication,
                caFile: tls?["ca"]?.asString,
                allowsPlainHTTP: manifest["allowPlainHTTP"]?.asBool ?? false
            )
        } catch { throw IndexError(error) }
        let bulk = manifest["bulk"]
        bulkBytes = max(64 << 10, Int(bulk?["bytes"]?.asInt64 ?? 10_000_000))
        concurrency = bulk?["concurrency"]?.asInt64.map { Int($0) }
        // On the machine itself there is no link whose limit compression could widen.
        compresses = bulk?["compress"]?.asBool ?? !endpoint.isLoopback
    }
}

/// Where secrets are read.
private struct SecretSource {
    let environment: [String: String]

    func read(_ reference: JSONValue?, _ key: String) throws(IndexError) -> String {
        // A name may stand in the manifest itself; whether a secret may was checked there.
        if let literal = reference?.asString { return literal }
        if let name = reference?["env"]?.asString {
            if let value = environment[name], !value.isEmpty { return value }
            throw IndexError(
                .notPermitted,
                "the environment variable \(name), which \(key) names, is not set",
                fix: "set \(name)"
            )
        }
        guard let path = reference?["file"]?.asString else {
            throw IndexError(
                .notPermitted,
                "\(key) is not given",
                fix: "write { env: NAME } or { file: PATH }"
            )
        }
        guard let file = fopen(path, "r") else {
            throw IndexError(
                .notPermitted,
                "the file that \(key) names cannot be read",
                place: path,
                cause: SystemFault(errno).words,
                fix: "make it readable to the user who runs refold"
            )
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = fread(&bytes, 1, bytes.count, file)
        // The line end belongs to the file, not to the secret.
        let secret = bytes[..<count].reversed().drop { $0 == 10 || $0 == 13 }.reversed()
        guard !secret.isEmpty else {
            throw IndexError(.notPermitted, "the file that \(key) names is empty", place: path)
        }
        return String(decoding: secret, as: UTF8.self)
    }
}
