import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel
import RefoldPipeline

/// What `doctor` finds of a run without beginning one.
extension DoctorVerb {
    /// The ledger, the locks, and what a run would plan; what the checks before found is not told again.
    static func run(of call: JobCall, unless isStopped: Bool) async -> [DoctorFinding] {
        let (ledger, known) = await ledger(call)
        var findings = [ledger]
        guard !isStopped, ledger.failure == nil else { return findings }
        do {
            findings += try await call.withEnvironment { environment in
                [locks(call, environment), await plan(call, environment, known)]
            }
        } catch {
            findings.append(DoctorFinding("plan", error))
        }
        return findings
    }

    /// Reads a page of an index that serves: a file that is damaged in its first rows says so.
    static func readSome(of index: IndexIdentity, in target: any IndexTarget) async throws {
        let scan = try await target.scan(index, above: nil, withSource: true)
        let result: Result<[Document], IndexError>
        do throws(IndexError) { result = .success(try await scan.next()) } catch { result = .failure(error) }
        await scan.close()
        _ = try result.get()
    }

    private static func ledger(_ call: JobCall) async -> (DoctorFinding, [KnownDefinition]) {
        do {
            guard let ledger = try call.ledger() else {
                return (DoctorFinding("ledger", "none, made by the first run"), [])
            }
            let runs = try await ledger.runs()
            // Each row has a checksum, which reading holds it against.
            for run in runs { _ = try await ledger.facts(of: run.id) }
            let known = try await KnownDefinition.used(by: ledger)
            return (DoctorFinding("ledger", grouped(runs.count, "run", "runs")), known)
        } catch {
            return (DoctorFinding("ledger", error), [])
        }
    }

    private static func locks(_ call: JobCall, _ environment: RunEnvironment) -> DoctorFinding {
        do throws(PipelineError) {
            try RunLocks.refuseHeld(
                aliases: call.job.allAliases,
                stateFolder: call.stateFolder,
                targetLock: environment.target.lockPath,
                now: environment.now()
            )
            return DoctorFinding("locks", "free")
        } catch {
            return DoctorFinding("locks", error)
        }
    }

    private static func plan(
        _ call: JobCall,
        _ environment: RunEnvironment,
        _ known: [KnownDefinition]
    ) async -> DoctorFinding {
        do throws(PipelineError) {
            let plan = try await Planner(job: call.job, environment: environment).rehearse(known: known)
            let room =
                "about \(byteText(plan.disk.targetBytes)) at the target, \(byteText(plan.disk.localBytes)) here"
            return DoctorFinding(
                "plan",
                "\(grouped(plan.readModels.count, "new index", "new indices")), \(room)"
            )
        } catch {
            return DoctorFinding("plan", error)
        }
    }
}
