internal import RefoldBytes
internal import RefoldModel

/// One reading of a manifest and of the files it names.
struct ManifestSession {
    /// The folder that paths of the command line start from.
    let workingDirectory: String
    /// The environment, as given.
    let environment: [String: String]
    /// What it asks of other rooms.
    let outside: OutsideChecks
    /// What was found.
    var reading = Reading()

    /// A read model and the tree it came from, whose places later checks need.
    struct ReadModel {
        var definition: ReadModelDefinition
        var root: YAMLNode
    }

    /// The tree of a file that the command line names.
    mutating func open(_ path: String) -> YAMLNode? {
        let absolute = FilePath.resolve(path, from: workingDirectory)
        return open(absolute, name: path, namedAt: nil)
    }

    /// The tree of a file that a manifest names.
    mutating func open(_ file: FileReference) -> YAMLNode? {
        open(file.path, name: file.name, namedAt: file.mark)
    }

    private mutating func open(_ full: String, name: String, namedAt mark: SourceMark?) -> YAMLNode? {
        let directory = FilePath.directory(of: full)
        let nowhere = SourceMark(
            source: ManifestSource(name: name, directory: directory, bytes: []),
            line: 0,
            column: 0
        )
        let bytes: [UInt8]
        do {
            bytes = try ManifestFile.contents(at: full)
        } catch {
            let isOfFile = mark.map { $0.source.optionWidth == nil } ?? false
            let correction =
                "correct the path" + (isOfFile ? ", which is seen from the manifest's folder" : "")
            let near = outside.absence?(full)?.nearest.map { "did you mean `\(Self.name($0, like: name))`?" }
            reading.report(
                .file,
                "`\(name)` \(error.reason)",
                at: mark ?? nowhere,
                fix: error.fix ?? near ?? correction
            )
            return nil
        }
        do {
            let text = try YAMLText.checked(bytes)
            let source = ManifestSource(name: name, directory: directory, bytes: text)
            let hadErrors = reading.hasErrors
            let root = reading.parse(source)
            if root == nil, hadErrors || !reading.hasErrors {
                reading.report(
                    .yaml,
                    "the manifest is empty",
                    at: SourceMark(source: source, line: 1, column: 1),
                    fix: "`refold init ARCHIVE` writes manifests to begin with"
                )
            }
            return root
        } catch {
            let source = ManifestSource(name: name, directory: directory, bytes: [])
            let position = YAMLText.position(of: error.offset, in: bytes)
            reading.report(
                .yaml,
                error.message,
                at: SourceMark(source: source, line: position.line, column: position.column),
                fix: "save the file as UTF-8 text"
            )
            return nil
        }
    }

    /// A path that was found, as somebody would type it who typed another file of its folder.
    private static func name(_ found: String, like typed: String) -> String {
        let parts = found.split(separator: "/").suffix(typed.split(separator: "/").count)
        let short = (typed.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
        return typed.contains("..") ? found : short
    }

    /// The kind that a tree says it is.
    mutating func kind(of root: YAMLNode) -> ManifestKind? {
        guard root.pairs != nil else {
            reading.report(
                .type,
                "a manifest is a mapping, this is \(reading.describe(root))",
                at: root.mark,
                fix: "begin with apiVersion: refold/v1 and kind:"
            )
            return nil
        }
        guard let node = root["kind"] else {
            reading.report(
                .missingKey,
                "`kind` is missing",
                at: root.mark.narrow,
                fix: "one of \(ManifestKind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
            return nil
        }
        return Shape<ManifestKind>.word.read(node, &reading)
    }

    /// Whether a tree is of a kind that can stand here.
    private mutating func expect(_ kind: ManifestKind, _ root: YAMLNode, namedBy file: FileReference?) -> Bool
    {
        guard let found = self.kind(of: root) else { return false }
        guard found != kind else { return true }
        reading.report(
            .value,
            "expected a \(kind.rawValue), this is a \(found.rawValue)",
            at: root["kind"]?.mark ?? root.mark,
            cause: file.map { "it is named at \($0.mark.source.name):\($0.mark.line):\($0.mark.column)" },
            fix: "name a file of kind \(kind.rawValue) there"
        )
        return false
    }

    /// A read model from its tree, checked as far as it can be alone.
    mutating func readModel(_ root: YAMLNode, namedBy file: FileReference? = nil) -> ReadModel? {
        guard expect(.readModel, root, namedBy: file),
            let definition = ReadModelShapes.readModel.read(root, &reading)
        else {
            return nil
        }
        ReadModelChecks(definition: definition, root: root).run(&reading)
        return ReadModel(definition: definition, root: root)
    }

    private mutating func readModel(_ file: FileReference) -> ReadModel? {
        open(file).flatMap { readModel($0, namedBy: file) }
    }

    /// A target from its tree.
    mutating func target(_ root: YAMLNode, namedBy file: FileReference? = nil) -> TargetDefinition? {
        guard expect(.target, root, namedBy: file) else { return nil }
        return TargetShapes.file.read(root, &reading)
    }

    /// A job from its tree and the files it names.
    mutating func job(_ root: YAMLNode) -> JobDefinition? {
        guard let draft = JobShapes.job.read(root, &reading) else { return nil }
        let references = draft.kind == .migration ? [draft.to].compactMap(\.self) : draft.readModels
        let readModels = references.compactMap { readModel($0) }
        let from = draft.from.flatMap { readModel($0) }
        let target: TargetDefinition? =
            switch draft.target {
            case .file(let file)?: open(file).flatMap { self.target($0, namedBy: file) }
            case .inline(let target)?: target
            case nil: nil
            }
        // What is missing was reported; the checks go on with a stand-in, and the job never leaves the loader.
        let job = JobDefinition(
            draft,
            draft.archive ?? ArchiveReference(location: ""),
            readModels.map(\.definition),
            target ?? TargetDefinition(place: .file(path: "")),
            from: from?.definition
        )
        JobChecks(
            job: job,
            root: root,
            readModels: readModels,
            references: references,
            outside: outside
        )
        .run(&reading)
        return job
    }
}

extension JobDefinition {
    fileprivate init(
        _ draft: JobShapes.Draft,
        _ archive: ArchiveReference,
        _ readModels: [ReadModelDefinition],
        _ target: TargetDefinition,
        from: ReadModelDefinition?
    ) {
        self.init(
            kind: draft.kind,
            name: draft.name,
            archive: archive,
            readModels: readModels,
            target: target,
            replay: draft.replay,
            rejects: draft.rejects,
            catchUp: draft.catchUp,
            carryForward: draft.carryForward,
            verify: draft.verify,
            cutover: draft.cutover,
            beforeCutoverHook: draft.hook,
            notify: draft.notify,
            asOf: draft.asOf,
            prefix: draft.prefix,
            select: draft.select,
            migration: draft.kind == .migration ? Migration(from: from, strategy: draft.strategy) : nil
        )
        notBuilt = NotBuilt.names(in: self)
    }
}
