package import RefoldBytes
import RefoldIndex
package import RefoldLedger
import RefoldModel

/// A definition of a read model that a finished run used.
package struct KnownDefinition: Sendable, Hashable {
    /// The read model.
    package var name: String
    /// Its version.
    package var version: Int
    /// The whole definition.
    package var definition: JSONValue

    /// All parts.
    package init(name: String, version: Int, definition: JSONValue) {
        self.name = name
        self.version = version
        self.definition = definition
    }

    /// The definitions that runs used which did what they were asked for.
    ///
    /// A target without aliases keeps no marks: there the ledger alone knows.
    package static func used(by ledger: Ledger) async throws(PipelineError) -> [KnownDefinition] {
        let outcomes = [RunOutcome.swapped.rawValue, RunOutcome.written.rawValue]
        do throws(LedgerError) {
            var known: [KnownDefinition] = []
            for run in try await ledger.runs() where outcomes.contains(run.outcome ?? "") {
                known +=
                    try await ledger.fact("definitions", of: run.id).map(KnownDefinition.list(json:)) ?? []
            }
            return known
        } catch { throw PipelineError(error) }
    }

    /// The definitions in the marks of complete indices.
    static func of(_ indices: [TargetDescription.Index]) -> [KnownDefinition] {
        indices.compactMap { index in
            guard let mark = index.mark, mark.state != IndexState.building else { return nil }
            return KnownDefinition(
                name: mark.readModel,
                version: mark.readModelVersion,
                definition: mark.definition
            )
        }
    }
}

extension Planner {
    /// Refuses a definition that changed under an unchanged version, naming the next number.
    func refuseChange(of readModel: ReadModelDefinition, known: [KnownDefinition]) throws(PipelineError) {
        let own = known.filter { $0.name == readModel.name }
        let sameVersion = own.filter { $0.version == readModel.version }
        guard let other = sameVersion.first(where: { $0.definition != readModel.source }) else { return }
        let changes = DefinitionChange.paths(from: other.definition, to: readModel.source)
        let names = changes.prefix(5).map { $0.map(\.string).joined(separator: ".") }
        let greatest = own.map(\.version).max() ?? readModel.version
        let (next, overflow) = max(greatest, readModel.version).addingReportingOverflow(1)
        throw PipelineError(
            .definitionChanged,
            "read model \(readModel.name) changed, and its version is still \(readModel.version)",
            place: readModel.writtenAt.place(of: changes.first ?? []) ?? environment.invocation.jobFile,
            cause:
                "an index of version \(readModel.version) was built from another definition; changed since: "
                + names.joined(separator: ", ") + (changes.count > names.count ? ", …" : ""),
            fix: overflow
                ? "choose a greater version"
                : "set version: \(next)\(readModel.writtenAt.file.map { " in \($0)" } ?? ""), or take the change back"
        )
    }
}
