import RefoldArchive
import RefoldIndex
import RefoldManifest
import RefoldModel

extension VerbInvocation {
    /// Reads manifests as this command line wants them read.
    var manifestLoader: ManifestLoader {
        ManifestLoader(workingDirectory: io.workingFolder, environment: environment, outside: .all)
    }

    /// What the command line sets in a job: every `--set`, then the options that stand for keys.
    var overrides: [SetOverride] {
        let keys = [(OptionDeclaration.shards, "replay.shards"), (.memory, "replay.memory")]
        let named = keys.compactMap { option, key in arguments.value(option).map { "\(key)=\($0)" } }
        return (arguments.values(.set) + named).map { SetOverride($0) }
    }

    /// The job of a file, its warnings told.
    func job(at path: String) throws(ManifestError) -> JobDefinition {
        let loaded = try manifestLoader.loadJob(
            path: path,
            overrides: overrides,
            target: arguments.value(.target)
        )
        warn(of: loaded.warnings)
        return loaded.value
    }

    /// Tells what a person should look at although it stops nothing.
    func warn(of problems: [ManifestProblem]) {
        for problem in problems { diagnostics.line(problem.rendered) }
    }
}

extension OutsideChecks {
    /// What the rooms of this tool can say.
    fileprivate static let all = OutsideChecks(
        embeddedIndex: { index in
            do throws(IndexError) {
                try EmbeddedTarget.check(mappings: index.mappings, settings: index.settings)
                return nil
            } catch {
                return MappingObjection(
                    error.message,
                    fix: error.fix,
                    field: error.field,
                    parameter: error.parameter
                )
            }
        },
        absence: { location in
            Archive.absence(at: location).map {
                PathObjection($0.message, nearest: Archive.nearest(to: location))
            }
        }
    )
}
