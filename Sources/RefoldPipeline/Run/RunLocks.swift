import RefoldBytes
import RefoldIndex
import RefoldLedger

/// The kernel locks of a run: one for each alias, one beside the target's file.
package struct RunLocks {
    private let locks: [RunLock]
    private let since: Int64

    /// Takes them all at once or says who holds one.
    init(
        aliases: [String],
        stateFolder: String?,
        targetLock: String?,
        now: Int64,
        word: String = RunPhase.plan.rawValue
    ) throws(PipelineError) {
        let holder = RunLock.Holder(run: "", state: word, since: now)
        var locks: [RunLock] = []
        do throws(LedgerError) {
            if let stateFolder { try Ledger.make(folder: RunLocks.folder(in: stateFolder)) }
            // In order of their names, so that two runs of several aliases do not hold one each.
            for alias in aliases.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                guard let stateFolder else { continue }
                let path = RunLocks.path(of: alias, in: stateFolder)
                locks.append(
                    try RunLock.acquire(path: path, subject: "alias \(alias)", holder: holder, now: now)
                )
            }
        } catch { throw PipelineError(error) }
        if let targetLock { locks.append(try RunLocks.target(targetLock, holder: holder, now: now)) }
        self.locks = locks
        since = now
    }

    /// Throws `ledger.locked` when somebody holds a lock that a run would take; none is taken.
    package static func refuseHeld(
        aliases: [String],
        stateFolder: String,
        targetLock: String?,
        now: Int64
    ) throws(PipelineError) {
        var places = aliases.map { (path(of: $0, in: stateFolder), "alias \($0)") }
        if let targetLock { places.append((targetLock, "the target's file")) }
        for (path, subject) in places {
            guard case .held(let holder) = RunLock.standing(of: path) else { continue }
            throw PipelineError(
                LedgerError(
                    .locked,
                    "another run holds \(subject)",
                    place: path,
                    cause: holder?.description(now: now) ?? "its holder has not said who it is yet",
                    fix: "wait for it, or end it"
                )
            )
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The lock beside the target's file: what hinders it is the target's trouble, not the state folder's.
    private static func target(
        _ path: String,
        holder: RunLock.Holder,
        now: Int64
    ) throws(PipelineError) -> RunLock {
        do {
            return try RunLock.acquire(path: path, subject: "the target's file", holder: holder, now: now)
        } catch {
            switch error.reason {
            case .notPermitted:
                throw PipelineError(
                    .notPermitted,
                    "the target's folder may not be written",
                    place: path,
                    cause: error.cause,
                    fix:
                        "let this user write in \(folder(of: path)) (a read-only mount and a service's ProtectSystem forbid "
                        + "it too), or give the job's `target` a file in another folder"
                )
            case .unavailable, .full:
                throw PipelineError(
                    .target,
                    "the target's folder cannot be used",
                    place: path,
                    cause: error.cause,
                    fix: "make the folder or room in it, or choose another target"
                )
            case .locked, .damaged, .newer, .unknownRun: throw PipelineError(error)
            }
        }
    }

    /// Says what the run does now.
    func tell(run: RunID, state: String) {
        for lock in locks { lock.update(RunLock.Holder(run: run.text, state: state, since: since)) }
    }

    /// The lock file of an alias.
    static func path(of alias: String, in stateFolder: String) -> String {
        folder(in: stateFolder) + "/" + fileName(alias)
    }

    private static func folder(in stateFolder: String) -> String { stateFolder + "/locks" }

    /// An alias as a file name: what a file name may not hold is written as its code.
    private static func fileName(_ alias: String) -> String {
        var name = "alias-"
        for byte in alias.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += "%" + String(byte, radix: 16)
            }
        }
        return name + ".lock"
    }
}
