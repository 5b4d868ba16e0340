internal import RefoldBytes

extension Shape where Value == JSONValue {
    /// A secret by reference: `{ env: NAME }` or `{ file: PATH }`; the path becomes absolute.
    ///
    /// A literal is an error, and no message repeats it.
    static var secret: Shape { .named("secret", word: "a secret by reference") { literalRefused } }

    private static var literalRefused: Shape {
        let reference = secretReference.shape { reference, _, _ in JSONValue.object(reference) }
        return Shape(description: reference.description) { node, reading in
            if node.pairs != nil { return reference.read(node, &reading) }
            reading.report(
                .secret,
                "a secret must not be written down in a manifest",
                at: node.mark.narrow,
                fix: "name where it is: { env: NAME } or { file: PATH }"
            )
            return nil
        }
    }

    private static var secretReference: Record<JSONObject> {
        Record(
            JSONObject(),
            choice: .presence(of: ["env", "file"]),
            keys: [
                Key(
                    "env",
                    .variable,
                    .optional,
                    for: ["env"],
                    "The environment variable that holds the secret."
                ) {
                    $0["env"] = .text($1)
                },
                Key("file", .path, .optional, for: ["file"], "The file that holds the secret.") {
                    $0["file"] = .text($1)
                },
            ]
        )
    }
}

extension Shape where Value == String {
    /// The name of an environment variable.
    static var variable: Shape {
        .text(
            "the name of an environment variable",
            pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
            example: "SEARCH_PASSWORD"
        ) {
            let letters = $0.unicodeScalars
            return letters.allSatisfy { $0.isASCIIAlphanumeric || $0 == "_" }
                && letters.first.map { !("0"..."9").contains($0) } == true
        }
    }

    /// An address of `http` or `https` without a user in it.
    static var url: Shape {
        Shape.text(
            "an address",
            pattern: "^https?://[^\\s/@?#]+(/[^\\s?#@]*)?$",
            example: "https://search.example.com:9200"
        ) {
            text in
            let rest =
                text.hasPrefix("https://")
                ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
            let host = rest.prefix { $0 != "/" }
            return !host.isEmpty
                && rest.unicodeScalars.allSatisfy {
                    !"@?#".unicodeScalars.contains($0) && !$0.properties.isWhitespace
                }
        }
    }
}
