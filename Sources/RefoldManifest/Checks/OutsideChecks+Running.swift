internal import RefoldBytes
internal import RefoldModel

extension OutsideChecks {
    /// Warns when nothing lies where the job's archive should: it may be mounted later.
    func checkArchive(_ archive: ArchiveReference, _ root: YAMLNode, _ reading: inout Reading) {
        guard archive.objectStore == nil, let node = root["archive"]?["url"] ?? root["archive"],
            let objection = absence?(archive.location)
        else { return }
        reading.warn(
            .file,
            objection.message,
            at: node.mark,
            cause: "the job's archive is looked for there",
            fix: objection.nearest.map { "did you mean `\(Self.written($0, like: node))`?" }
                ?? "correct the path; if the archive is mounted there later, there is nothing to do"
        )
    }

    /// A path as the manifest would write it: beside the one that it has, when only the last name differs.
    private static func written(_ path: String, like node: YAMLNode) -> String {
        guard let text = node.text else { return path }
        let folder = FilePath.directory(of: FilePath.resolve(text, from: node.mark.source.directory))
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard FilePath.directory(of: path) == folder, text.split(separator: "/").last != ".." else {
            return path
        }
        let before = text.lastIndex(of: "/").map { String(text[...$0]) } ?? ""
        return text.hasSuffix("/") ? path : before + name
    }

    /// Reports what the embedded target would refuse, with the words that its refusal has.
    func checkEmbedded(
        _ model: ManifestSession.ReadModel,
        settings: JSONObject,
        _ reading: inout Reading
    ) {
        guard let embeddedIndex, let node = model.root["index"]?["mappings"] else { return }
        var index = model.definition.index
        for (name, value) in settings.members { index.settings[name] = value }
        // The target tells one problem at a time; what it told is put right for it, so that it tells the next.
        var told: Set<String> = []
        while let objection = embeddedIndex(index) {
            let mark = Self.mark(of: objection, in: node) ?? model.root["index"]?.pair("mappings")?.keyMark
            reading.reportUnlessKnown(
                Finding(.mapping, objection.message, at: mark ?? node.mark, fix: objection.fix)
            )
            guard let field = objection.field, told.insert(field).inserted, told.count < 100 else { return }
            index.mappings = Self.passable(index.mappings, Self.parts(of: field)[...])
        }
    }

    private static func mark(of objection: MappingObjection, in mappings: YAMLNode) -> SourceMark? {
        guard let field = objection.field, let pair = pair(of: parts(of: field)[...], in: mappings) else {
            return nil
        }
        guard let parameter = objection.parameter.flatMap({ pair.value.pair($0) }) else {
            return pair.keyMark
        }
        return parameter.key == "type" ? parameter.value.mark : parameter.keyMark
    }

    private static func pair(of path: ArraySlice<String>, in node: YAMLNode) -> YAMLNode.Pair? {
        for pair in (node["properties"]?.pairs ?? []) + (node["fields"]?.pairs ?? []) {
            let name = parts(of: pair.key.string)
            guard path.starts(with: name) else { continue }
            let rest = path.dropFirst(name.count)
            if rest.isEmpty { return pair }
            if let found = self.pair(of: rest, in: pair.value) { return found }
        }
        return nil
    }

    /// The mappings with one field of a type that every target takes.
    private static func passable(_ object: JSONObject, _ path: ArraySlice<String>) -> JSONObject {
        var object = object
        for key: ByteString in ["properties", "fields"] {
            guard var members = object[key]?.asObject else { continue }
            for member in members.members {
                let name = parts(of: member.name.string)
                guard path.starts(with: name) else { continue }
                let rest = path.dropFirst(name.count)
                if rest.isEmpty {
                    members[member.name] = ["type": "keyword"]
                } else if let inner = member.value.asObject {
                    members[member.name] = .object(passable(inner, rest))
                }
            }
            object[key] = .object(members)
        }
        return object
    }

    private static func parts(of path: String) -> [String] {
        path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
}
