internal import RefoldBytes
internal import RefoldModel

/// Which lines of a text may hold a secret, so that no message shows them.
///
/// A literal secret is an error; the message about it, or about its neighbour, must not print it.
enum SecretLines {
    /// What is known of one source.
    enum Extent: Sendable {
        /// The text is no tree: nothing of it is shown if it speaks of credentials anywhere.
        case everything
        /// These lines.
        case lines(Set<Int>)
    }

    /// Keys whose values are credentials, and what people may write in their place.
    private static let words = [
        "auth", "basic", "bearer", "apikey", "password", "passwd", "pwd", "passphrase", "secret", "secretkey",
        "token",
        "accesskey", "sessiontoken", "credentials", "clientkey", "privatekey", "webhook", "authorization",
        "headers",
        "username", "url", "endpoint", "sigv4",
    ]
    /// Keys that hold credentials only inside the text of an address.
    private static let addresses: Set<String> = ["url", "endpoint"]

    /// The lines of a tree that may hold one.
    static func extent(of root: YAMLNode) -> Extent {
        // A read model has no credentials, and its fields may well be named `token`.
        guard root["kind"]?.text != "ReadModel" else { return .lines([]) }
        var lines: Set<Int> = []
        collect(root, into: &lines)
        return .lines(lines)
    }

    /// What may be shown of a text that is not YAML.
    static func extent(ofBroken text: [UInt8]) -> Extent {
        let letters = String(decoding: text, as: UTF8.self).lowercased()
        return words.contains { letters.contains($0 + ":") || letters.contains($0 + "\":") }
            || letters.contains("://")
            ? .everything : .lines([])
    }

    /// Whether a key of this name, or of nearly this name, holds a credential.
    static func isSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return words.contains { word in
            !addresses.contains(word)
                && (word == key || key.utf8.count > 4 && NearestWord.distance(word, key) <= 2)
        }
    }

    private static func collect(_ node: YAMLNode, into lines: inout Set<Int>) {
        switch node.content {
        case .scalar(let value):
            if let text = value.asString, text.contains("://"), text.contains("@") {
                hide(node, from: node.mark, &lines)
            }
        case .sequence(let elements):
            for element in elements { collect(element, into: &lines) }
        case .mapping(let pairs):
            for pair in pairs {
                if isSecret(pair.key.string) {
                    hide(pair.value, from: pair.keyMark, &lines)
                } else {
                    collect(pair.value, into: &lines)
                }
            }
        }
    }

    private static func hide(_ node: YAMLNode, from mark: SourceMark, _ lines: inout Set<Int>) {
        let first = min(mark.line, node.mark.line)
        lines.formUnion(first...max(first, node.lastLine))
    }
}
