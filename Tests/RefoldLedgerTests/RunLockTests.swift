import Foundation
import RefoldBytes
import RefoldLedger
import Testing

@Suite struct RunLockTests {
    @Test func `a second taker is told process, state and age at once`() async throws {
        try await withFolder { folder in
            let path = folder + "/alias-clients.lock"
            let holder = RunLock.Holder(run: "01ABC", state: "fold", since: 10_000)
            let lock = try RunLock.acquire(path: path, subject: "alias clients", holder: holder, now: 10_000)
            lock.update(RunLock.Holder(run: "01ABC", state: "verify", since: 10_000))
            #expect {
                _ = try RunLock.acquire(path: path, subject: "alias clients", holder: holder, now: 75_000)
            } throws: { error in
                guard let error = error as? LedgerError, let cause = error.cause else { return false }
                return error.kind == .locked && error.message.contains("alias clients")
                    && cause == "process \(getpid()), run 01ABC, in verify for 1m5s"
            }
        }
    }

    @Test func `a released lock can be taken again and its file stays`() async throws {
        try await withFolder { folder in
            let path = folder + "/a.lock"
            let holder = RunLock.Holder(run: "", state: "plan", since: 0)
            for _ in 0..<3 {
                let lock = try RunLock.acquire(path: path, subject: "a", holder: holder, now: 0)
                #expect(lock.path == path)
                withExtendedLifetime(lock) {}
            }
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a lock file with rubbish in it is no obstacle`() async throws {
        try await withFolder { folder in
            let path = folder + "/a.lock"
            try Data([0xff, 0x00, 0x7b]).write(to: URL(fileURLWithPath: path))
            let holder = RunLock.Holder(run: "", state: "plan", since: 0)
            let lock = try RunLock.acquire(path: path, subject: "a", holder: holder, now: 0)
            let error = #expect(throws: LedgerError.self) {
                try RunLock.acquire(path: path, subject: "a", holder: holder, now: 0)
            }
            #expect(error?.cause == "process \(getpid()), in plan for 0m0s")
            withExtendedLifetime(lock) {}
        }
    }

    @Test func `a look tells a held lock with its holder from a free one, and takes nothing`() async throws {
        try await withFolder { folder in
            let path = folder + "/a.lock"
            #expect(RunLock.standing(of: path) == .free)
            #expect(!FileManager.default.fileExists(atPath: path))
            let holder = RunLock.Holder(run: "01ABC", state: "fold", since: 0)
            let lock = try RunLock.acquire(path: path, subject: "a", holder: holder, now: 0)
            #expect(RunLock.standing(of: path) == .held(holder))
            withExtendedLifetime(lock) {}
            #expect(RunLock.standing(of: folder + "/no/such.lock") == .free)
        }
    }

    /// A look has the lock shared for an instant: whoever takes it then must not be sent away.
    @Test func `whoever looks keeps nobody from taking the lock`() async throws {
        try await withFolder { folder in
            let path = folder + "/a.lock"
            let looking = Task {
                while !Task.isCancelled {
                    _ = RunLock.standing(of: path)
                    await Task.yield()
                }
            }
            defer { looking.cancel() }
            for _ in 0..<2_000 {
                let holder = RunLock.Holder(run: "", state: "plan", since: 0)
                let lock = try RunLock.acquire(path: path, subject: "a", holder: holder, now: 0)
                withExtendedLifetime(lock) {}
                await Task.yield()
            }
        }
    }
}
