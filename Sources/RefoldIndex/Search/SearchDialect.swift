import RefoldBytes

/// What an engine can do, asked once: the only place that looks at versions.
struct SearchDialect: Sendable, Hashable {
    /// `opensearch` or `elasticsearch`.
    let distribution: String
    /// `2.19.1`.
    let version: String
    /// The first part of it.
    let major: Int

    /// Reads the root page; nil when it is no engine's.
    init?(rootPage: JSONValue?) {
        guard let version = rootPage?["version"], let number = version["number"]?.asString,
            let major = number.split(separator: ".").first.flatMap({ Int($0) })
        else { return nil }
        distribution = version["distribution"]?.asString ?? "elasticsearch"
        self.version = number
        self.major = major
    }

    /// `OpenSearch 2.19.1`.
    var name: String {
        distribution == "opensearch" ? "OpenSearch \(version)" : "Elasticsearch \(version)"
    }

    /// Whether an alias change can demand that what it removes is there.
    var knowsMustExist: Bool { distribution == "opensearch" }

    /// Why this engine cannot be used; nil: it can.
    var fault: String? {
        switch (distribution, major) {
        case ("opensearch", 1...3): nil
        case ("elasticsearch", 7): nil
        default: "refold knows OpenSearch 1 to 3 and Elasticsearch 7.10"
        }
    }
}
