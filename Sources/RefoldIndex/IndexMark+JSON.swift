public import RefoldBytes

extension IndexMark {
    /// The mark as `_meta.refold` holds it.
    public var json: JSONValue {
        var object = other
        object["run"] = .text(run)
        object["job"] = .text(job)
        object["readModel"] = [
            "name": .text(readModel), "version": .integer(readModelVersion), "definition": definition,
        ]
        object["archiveDigest"] = .text(archiveDigest)
        object["startedAt"] = .text(startedAt)
        object["state"] = .text(state)
        object["swappedAt"] = swappedAt.map { .text($0) }
        object["predecessor"] = predecessor.map { .text($0) }
        object["hold"] = hold.map { ["since": .text($0.since), "run": .text($0.run)] }
        return .object(object)
    }

    /// Reads `_meta.refold`; nil when it is not what refold writes.
    ///
    /// What it does not know it keeps in ``other``.
    public init?(json: JSONValue) {
        guard let object = json.asObject, let run = json["run"]?.asString, let job = json["job"]?.asString,
            let model = json["readModel"], let name = model["name"]?.asString,
            let version = model["version"]?.asInt64, let digest = json["archiveDigest"]?.asString,
            let startedAt = json["startedAt"]?.asString, let state = json["state"]?.asString
        else { return nil }
        var other = object
        for known in IndexMark.names { other[known] = nil }
        var hold: Hold?
        if let value = json["hold"] {
            guard let since = value["since"]?.asString, let heldRun = value["run"]?.asString else {
                return nil
            }
            hold = Hold(since: since, run: heldRun)
        }
        self.init(
            run: run,
            job: job,
            readModel: name,
            readModelVersion: Int(clamping: version),
            definition: model["definition"] ?? .null,
            archiveDigest: digest,
            startedAt: startedAt,
            state: state,
            swappedAt: json["swappedAt"]?.asString,
            predecessor: json["predecessor"]?.asString,
            hold: hold,
            other: other
        )
    }

    private static let names: [ByteString] = [
        "run", "job", "readModel", "archiveDigest", "startedAt", "state", "swappedAt", "predecessor", "hold",
    ]
}
