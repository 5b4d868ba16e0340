import RefoldPipeline
import Testing

@Suite struct RunStateTests {
    @Test func `phases follow each other to the swap and retirement`() throws {
        var state = RunState.running(.plan)
        var seen: [RunPhase] = []
        while case .running(let phase) = state {
            seen.append(phase)
            state = try state.after(.phaseDone)
        }
        #expect(seen == RunPhase.allCases)
        #expect(state == .ended(.swapped, at: .retire))
    }

    @Test(arguments: RunPhase.allCases, RunEvent.allCases)
    func `every event in every running phase leads somewhere or is refused, never past the swap by mistake`(
        phase: RunPhase,
        event: RunEvent
    ) {
        do {
            let next = try RunState.running(phase).after(event)
            if case .ended(let outcome, _) = next, outcome == .swapped { #expect(phase == .retire) }
            if next == .running(.cutOver) {
                #expect(phase == .verify && event == .phaseDone || event == .resumedSwapped)
            }
            if phase < .verify { #expect(next.phase <= .verify) }
        } catch { #expect(error.event == event) }
    }

    @Test(arguments: RunOutcome.allCases)
    func `a final outcome is never resumed, any other goes on`(outcome: RunOutcome) throws {
        let state = RunState.ended(outcome, at: .verify)
        if outcome.isFinal {
            #expect(throws: RunTransitionError.self) { try state.after(.resumed) }
        } else {
            #expect(try state.after(.resumed) == .running(.verify))
            #expect(try state.after(.resumedGrown) == .running(.fold))
            #expect(try state.after(.resumedSwapped) == .running(.cutOver))
        }
    }

    @Test func `a run killed before its swap judges its gates again`() throws {
        #expect(try RunState.running(.cutOver).after(.resumed) == .running(.verify))
        #expect(try RunState.running(.retire).after(.resumedSwapped) == .running(.retire))
        #expect(try RunState.running(.index).after(.resumed) == .running(.index))
    }
}
