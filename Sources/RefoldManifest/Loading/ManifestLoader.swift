package import RefoldModel

/// Reads manifests into checked definitions.
///
/// Paths of the command line start at the working directory, paths in a manifest at its folder. Nothing is written, and
/// only regular files of at most 1 MiB are read. All problems come at once, as one ``ManifestError``.
/// Source: MANIFESTS.
package struct ManifestLoader: Sendable {
    /// The folder that paths of the command line start from, absolute.
    package var workingDirectory: String
    /// The environment; `REFOLD_TARGET` replaces a job's target.
    package var environment: [String: String]
    /// What it asks of other rooms.
    package var outside: OutsideChecks

    /// A loader that asks nothing of the process, and of other rooms only what is given.
    package init(
        workingDirectory: String,
        environment: [String: String] = [:],
        outside: OutsideChecks = OutsideChecks()
    ) {
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.outside = outside
    }

    /// A job with its read models and its target.
    ///
    /// `target` is the file of `--target`; it goes before `REFOLD_TARGET`, and a `--set target.X=…` before both.
    package func loadJob(
        path: String,
        overrides: [SetOverride] = [],
        target: String? = nil
    ) throws(ManifestError) -> LoadedManifest<JobDefinition> {
        try load { session in
            guard var root = session.open(path), let kind = session.kind(of: root) else { return nil }
            guard kind.isJob else {
                session.reading.report(
                    .value,
                    "expected a job, this is a \(kind.rawValue)",
                    at: root["kind"]?.mark ?? root.mark,
                    fix: "name a manifest of kind Rebuild, Backfill, Migration or Restore"
                )
                return nil
            }
            session.override(&root, with: overrides, target: target)
            return session.job(root)
        }
    }

    /// A read model.
    package func loadReadModel(path: String) throws(ManifestError) -> LoadedManifest<ReadModelDefinition> {
        try load { session in session.open(path).flatMap { session.readModel($0) }?.definition }
    }

    /// A target; `--target` of verbs without a job.
    package func loadTarget(path: String) throws(ManifestError) -> LoadedManifest<TargetDefinition> {
        try load { session in session.open(path).flatMap { session.target($0) } }
    }

    /// A manifest of any kind.
    ///
    /// `target` is for the jobs among several manifests; overrides of another kind are a problem, not ignored.
    package func load(
        path: String,
        overrides: [SetOverride] = [],
        target: String? = nil,
        tellingNotBuilt: Bool = false
    ) throws(ManifestError) -> LoadedManifest<Manifest> {
        try load { session in
            func tell(_ names: [String]?, _ root: YAMLNode, _ reading: inout Reading) {
                if tellingNotBuilt, let names { NotBuilt.warn(of: names, in: root, &reading) }
            }
            guard var root = session.open(path), let kind = session.kind(of: root) else { return nil }
            switch kind {
            case .readModel:
                session.refuse(overrides, of: kind)
                let model = session.readModel(root)?.definition
                tell(model.map(NotBuilt.names(in:)), root, &session.reading)
                return model.map { .readModel($0) }
            case .target:
                session.refuse(overrides, of: kind)
                let target = session.target(root)
                tell(target.map(NotBuilt.names(in:)), root, &session.reading)
                return target.map { .target($0) }
            case .rebuild, .backfill, .migration, .restore:
                session.override(&root, with: overrides, target: target)
                let job = session.job(root)
                tell(job?.notBuilt, root, &session.reading)
                return job.map { .job($0) }
            }
        }
    }

    /// Everything that is wrong or doubtful in a manifest of any kind and in the files it names, by place.
    ///
    /// Where asked, a key that is right and that no run takes yet is doubtful as well.
    package func validate(
        path: String,
        overrides: [SetOverride] = [],
        target: String? = nil,
        tellingNotBuilt: Bool = false
    ) -> [ManifestProblem] {
        do throws(ManifestError) {
            return try load(
                path: path,
                overrides: overrides,
                target: target,
                tellingNotBuilt: tellingNotBuilt
            )
            .warnings
        } catch {
            return error.problems
        }
    }

    private func load<Value>(
        _ body: (inout ManifestSession) -> Value?
    ) throws(ManifestError) -> LoadedManifest<Value> {
        var session = ManifestSession(
            workingDirectory: workingDirectory,
            environment: environment,
            outside: outside
        )
        let value = body(&session)
        guard let value, !session.reading.hasErrors else { throw ManifestError(session.reading.problems) }
        return LoadedManifest(value: value, warnings: session.reading.problems)
    }
}

/// A manifest of any kind.
package enum Manifest: Sendable, Hashable {
    /// A read model.
    case readModel(ReadModelDefinition)
    /// A target.
    case target(TargetDefinition)
    /// A job.
    case job(JobDefinition)
}

/// A definition, and what a person should look at although it is usable.
package struct LoadedManifest<Value: Sendable>: Sendable {
    /// The definition.
    package var value: Value
    /// Warnings, by place.
    package var warnings: [ManifestProblem]
}
