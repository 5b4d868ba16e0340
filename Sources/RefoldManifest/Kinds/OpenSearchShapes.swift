internal import RefoldBytes

/// `opensearch`: a search engine, as JSON with paths made absolute, sizes in bytes, and secrets as references.
enum OpenSearchShapes {
    static let target = Record(
        JSONObject(),
        keys: [
            Key("url", Shape<String>.url.json, .required, into: \.["url"], identity: true, "The address."),
            Key("auth", auth, into: \.["auth"], identity: false, "Who asks; secrets by reference."),
            Key("tls", tls, into: \.["tls"], identity: false, "Whom to trust, and who one is."),
            Key("bulk", bulk, .byDefault([:]), into: \.["bulk"], identity: false, "How documents are sent."),
            Key(
                "allowPlainHTTP",
                Shape<Bool>.boolean.map { .bool($0) },
                .byDefault(false),
                into: \.["allowPlainHTTP"],
                identity: false,
                "Whether `http` may leave this machine."
            ),
        ]
    ).shape { (draft, node, reading) -> JSONValue? in
        if let url = draft["url"]?.asString, url.hasPrefix("http://"), draft["allowPlainHTTP"] != true,
            !isLoopback(url.dropFirst(7)), let value = node["url"]
        {
            reading.report(
                .combination,
                "`http` to another machine sends documents and credentials in the clear",
                at: value.mark,
                fix: "take https, or say allowPlainHTTP: true"
            )
        }
        return .object(draft)
    }

    private static func isLoopback(_ rest: Substring) -> Bool {
        let authority = rest.prefix { $0 != "/" }
        if authority.hasPrefix("[::1]") { return true }
        let host = authority.prefix { $0 != ":" }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost"
            || octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    private static let auth = Record(
        JSONObject(),
        choice: .presence(of: ["sigv4", "basic", "bearer", "apiKey"]),
        keys: [
            Key(
                "sigv4",
                sigv4,
                into: \.["sigv4"],
                for: ["sigv4"],
                "Requests signed with the credentials of AWS."
            ),
            Key("basic", basic, into: \.["basic"], for: ["basic"], "User name and password."),
            Key("bearer", .secret, into: \.["bearer"], for: ["bearer"], "A token."),
            Key("apiKey", .secret, into: \.["apiKey"], for: ["apiKey"], "An API key."),
        ]
    ).shape { auth, _, _ in JSONValue.object(auth) }

    private static let sigv4 = Record(
        JSONObject(),
        keys: [
            Key(
                "service",
                Shape<String>.word(of: ["es", "aoss"]).json,
                .required,
                into: \.["service"],
                "The service."
            ),
            Key("region", Shape<String>.nonEmpty.json, .required, into: \.["region"], "The region."),
            Key(
                "profile",
                Shape<String>.nonEmpty.json,
                into: \.["profile"],
                "The profile of the credentials."
            ),
        ]
    ).shape { sigv4, _, _ in JSONValue.object(sigv4) }

    private static let basic = Record(
        JSONObject(),
        keys: [
            Key(
                "username",
                .either(scalar: Shape<String>.nonEmpty.json, mapping: .secret),
                .required,
                into: \.["username"],
                "The user, or where the name is."
            ),
            Key("password", .secret, .required, into: \.["password"], "Where the password is."),
        ]
    ).shape { basic, _, _ in JSONValue.object(basic) }

    private static let tls = Record(
        JSONObject(),
        keys: [
            Key("ca", Shape<String>.path.json, into: \.["ca"], "The certificates to trust, PEM."),
            Key(
                "clientCertificate",
                Shape<String>.path.json,
                into: \.["clientCertificate"],
                "One's own certificate, PEM."
            ),
            Key("clientKey", .secret, into: \.["clientKey"], "Where its key is."),
        ]
    ).shape { tls, _, _ in JSONValue.object(tls) }

    private static let bulk = Record(
        JSONObject(),
        keys: [
            Key(
                "bytes",
                Shape<Int>.size.map { .integer($0) },
                .byDefault("10MB"),
                into: \.["bytes"],
                "The size of one request."
            ),
            Key(
                "concurrency",
                Shape<Int?>.auto(or: .integer(1...256)).map { $0.map { .integer($0) } ?? "auto" },
                .byDefault("auto"),
                into: \.["concurrency"],
                "How many requests at once."
            ),
            Key(
                "compress",
                Shape<Bool?>.auto(or: .boolean).map { $0.map { .bool($0) } ?? "auto" },
                .byDefault("auto"),
                into: \.["compress"],
                "Whether requests are compressed."
            ),
        ]
    ).shape { bulk, _, _ in JSONValue.object(bulk) }
}

extension Shape where Value == String {
    /// The text as JSON.
    var json: Shape<JSONValue> { map { .text($0) } }
}
