import RefoldBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The program that may say no before a swap.
struct BeforeCutoverHook {
    /// The program, an absolute path.
    let program: String
    /// What it is told by the environment, beside what this process was told.
    let facts: [(name: String, value: String)]
    /// Ends the wait.
    let stop: StopSignal

    /// How long it may take to end after SIGTERM: a stopped run is gone within ten seconds.
    private static let grace = 100
    private static let pause = Duration.milliseconds(50)

    /// Runs it to its end; its output goes where refold's own messages go.
    ///
    /// A stop asks it to end, then kills it; a cancelled task kills it at once. Both throw `pipeline.interrupted`.
    func ask() async throws(PipelineError) -> GateResult {
        let process = try await started()
        var looksLeft = BeforeCutoverHook.grace
        while true {
            if let status = try status(of: process, WNOHANG) {
                try stop.check()
                return judge(status)
            }
            if stop.isRequested {
                if looksLeft == BeforeCutoverHook.grace { kill(process, SIGTERM) }
                looksLeft -= 1
            }
            // A child's end has no file descriptor here; looking at it twenty times a second costs nothing.
            do { try await Task.sleep(for: BeforeCutoverHook.pause) } catch { looksLeft = 0 }
            guard looksLeft > 0 else { break }
        }
        kill(process, SIGKILL)
        _ = try status(of: process, 0)
        throw PipelineError(
            .interrupted,
            "the run was stopped while its hook ran",
            place: program,
            fix: "run the same command: it resumes"
        )
    }

    /// How the process ended; nil: it has not.
    private func status(of process: pid_t, _ options: Int32) throws(PipelineError) -> Int32? {
        var status: Int32 = 0
        while true {
            let ended = waitpid(process, &status, options)
            if ended == process { return status }
            if ended == 0 { return nil }
            guard errno == EINTR else {
                throw PipelineError(
                    .fault,
                    "the hook cannot be waited for",
                    place: program,
                    cause: SystemFault(errno).words
                )
            }
        }
    }

    private func judge(_ status: Int32) -> GateResult {
        guard status != 0 else { return GateResult(.hook, .passed, "\(program) agrees") }
        let how = status & 0x7f == 0 ? "with status \(status >> 8 & 0xff)" : "by signal \(status & 0x7f)"
        return GateResult(.hook, .failed, "\(program) ended \(how)")
    }

    /// Starts it; a file that was written just now may be open still in a process that is being started elsewhere.
    private func started() async throws(PipelineError) -> pid_t {
        for _ in 0..<BeforeCutoverHook.grace {
            let (code, process) = start()
            if code == 0 { return process }
            guard code == ETXTBSY else { throw unstartable(code) }
            do { try await Task.sleep(for: BeforeCutoverHook.pause) } catch { break }
        }
        throw unstartable(ETXTBSY)
    }

    /// Throws what ``ask()`` would, when the program is not there or may not be executed: before the archive is read.
    static func check(_ program: String) throws(PipelineError) {
        guard access(program, X_OK) != 0 else { return }
        throw unstartable(program, errno)
    }

    private func unstartable(_ code: Int32) -> PipelineError { Self.unstartable(program, code) }

    private static func unstartable(_ program: String, _ code: Int32) -> PipelineError {
        PipelineError(
            SystemFault(code).kind == .notPermitted ? .notPermitted : .refused,
            "the hook cannot be started",
            place: program,
            cause: SystemFault(code).words,
            fix: "check hooks.beforeCutover and that the file may be executed"
        )
    }

    private func start() -> (code: Int32, process: pid_t) {
        #if canImport(Glibc)
        var actions = posix_spawn_file_actions_t()
        #else
        var actions: posix_spawn_file_actions_t?
        #endif
        #if canImport(Glibc)
        var attributes = posix_spawnattr_t()
        #else
        var attributes: posix_spawnattr_t?
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What this process ignores, or blocks to take it by other means, the program would never hear of.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGTERM, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Standard output is for the run's result alone.
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)

        let arguments = CStrings([program])
        let environment = CStrings(inherited + facts.map { "\($0.name)=\($0.value)" })
        var process: pid_t = 0
        let code = arguments.withPointers { arguments in
            environment.withPointers { posix_spawn(&process, program, &actions, &attributes, arguments, $0) }
        }
        return (code, process)
    }

    /// This process's environment but the names that the hook is told anew.
    private var inherited: [String] {
        var entries: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if !facts.contains(where: { text.hasPrefix($0.name + "=") }) { entries.append(text) }
            next += 1
        }
        return entries
    }
}

/// Texts as C wants a list of them, ended by a null; freed with it.
private final class CStrings {
    private let list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        list = .allocate(capacity: count + 1)
        for (place, text) in texts.enumerated() { (list + place).initialize(to: strdup(text)) }
        (list + count).initialize(to: nil)
    }

    deinit {
        for place in 0..<count { free(list[place]) }
        list.deallocate()
    }

    /// Lends the list.
    func withPointers<R>(_ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
        body(list)
    }
}
