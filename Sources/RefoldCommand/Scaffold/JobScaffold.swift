import RefoldBytes

/// The first manifest of a job.
struct JobScaffold: Sendable {
    /// The name of its file.
    static let file = "rebuild.yaml"

    /// The archive, absolute.
    let archive: String
    /// The folder of the manifest, absolute.
    let folder: String
    /// Names of the read models, whose files lie beside it.
    let readModels: [String]

    /// The manifest.
    var text: String {
        """
        apiVersion: refold/v1
        kind: Rebuild
        name: rebuild
        archive: \(JSONValue.text(path).canonical.string)
        readModels: [\(readModels.map { "\($0).yaml" }.joined(separator: ", "))]
        target:
          embedded: refold.db           # a SQLite file; an alias is a view in it
        rejects:
          accepted: accepted-rejects.ndjson   # `refold rejects accept` appends to it

        """
    }

    /// The archive as seen from the manifest.
    private var path: String {
        let from = folder.split(separator: "/").filter { $0 != "." }
        let to = archive.split(separator: "/").filter { $0 != "." }
        guard !(from + to).contains("..") else { return archive }
        let shared = zip(from, to).prefix { $0 == $1 }.count
        guard shared > 0 else { return archive }
        let steps = Array(repeating: "..", count: from.count - shared) + to.dropFirst(shared).map(String.init)
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }
}
