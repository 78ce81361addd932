//! Tasks on one thread: whoever can go on is picked by chance, and a whole process can be killed
//! between any two steps.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};

use crate::chance::Chance;

/// To whom a task belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Process {
    /// Network, customers, the weather: never killed.
    World,
    /// The shop; its tasks end together.
    Shop,
}

type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

struct Task {
    process: Process,
    future: TaskFuture,
    waker: Arc<TaskWaker>,
}

struct TaskWaker {
    id: u64,
    is_queued: AtomicBool,
    ready: Arc<Mutex<Vec<u64>>>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::Relaxed) {
            let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            ready.push(self.id);
        }
    }
}

/// Takes new tasks; clones share one list.
#[derive(Clone, Default)]
pub(crate) struct Spawner(Rc<RefCell<Vec<(Process, TaskFuture)>>>);

impl Spawner {
    /// Begins a task; its first step comes after the step that is under way.
    pub(crate) fn spawn(&self, process: Process, task: impl Future<Output = ()> + 'static) {
        self.0.borrow_mut().push((process, Box::pin(task)));
    }
}

impl fmt::Debug for Spawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Spawner")
    }
}

/// All tasks of a simulated world.
pub(crate) struct Executor {
    tasks: BTreeMap<u64, Task>,
    spawner: Spawner,
    ready: Arc<Mutex<Vec<u64>>>,
    begun: u64,
    chance: Chance,
}

impl Executor {
    /// No task yet; `chance` picks who goes on.
    pub(crate) fn new(chance: Chance) -> Self {
        Self {
            tasks: BTreeMap::new(),
            spawner: Spawner::default(),
            ready: Arc::default(),
            begun: 0,
            chance,
        }
    }

    pub(crate) fn spawner(&self) -> Spawner {
        self.spawner.clone()
    }

    /// Lets one task go on until it waits; gives its number and process, or nothing if all wait.
    pub(crate) fn step(&mut self) -> Option<(u64, Process)> {
        loop {
            self.take_new();
            let id = self.pick()?;
            let Some(task) = self.tasks.get_mut(&id) else {
                continue;
            };
            task.waker.is_queued.store(false, Ordering::Relaxed);
            let (process, waker) = (task.process, Waker::from(Arc::clone(&task.waker)));
            let is_done = task
                .future
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_ready();
            if is_done {
                self.tasks.remove(&id);
            }
            self.take_new();
            return Some((id, process));
        }
    }

    /// Ends every task of a process at once, wherever each of them is.
    pub(crate) fn kill(&mut self, process: Process) {
        self.take_new();
        let (killed, left) = std::mem::take(&mut self.tasks)
            .into_iter()
            .partition(|(_, task)| task.process == process);
        self.tasks = left;
        drop::<BTreeMap<u64, Task>>(killed);
    }

    fn take_new(&mut self) {
        let new = std::mem::take(&mut *self.spawner.0.borrow_mut());
        for (process, future) in new {
            self.begun += 1;
            let waker = Arc::new(TaskWaker {
                id: self.begun,
                is_queued: AtomicBool::new(false),
                ready: Arc::clone(&self.ready),
            });
            waker.wake_by_ref();
            let task = Task {
                process,
                future,
                waker,
            };
            self.tasks.insert(self.begun, task);
        }
    }

    fn pick(&self) -> Option<u64> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        match ready.len() {
            0 => None,
            1 => ready.pop(),
            several => {
                let place = self.chance.place(several);
                Some(ready.swap_remove(place))
            }
        }
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor")
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use ecommpay_clock::Clock as _;

    use super::*;
    use crate::chance::Stream;
    use crate::time::WorldClock;

    #[test]
    fn sleepers_wake_in_order_and_a_killed_process_takes_its_timers_along() {
        let (clock, told) = (WorldClock::new(), Rc::new(RefCell::new(Vec::new())));
        let mut executor = Executor::new(Chance::new(1, Stream::Scheduler));
        for (process, seconds) in [(Process::World, 3), (Process::Shop, 2), (Process::World, 1)] {
            let (clock, told) = (clock.clone(), Rc::clone(&told));
            executor.spawner().spawn(process, async move {
                clock.sleep(Duration::from_secs(seconds)).await;
                told.borrow_mut().push(seconds);
            });
        }
        while executor.step().is_some() {}
        assert_eq!(clock.next_due(), Some(Duration::from_secs(1)));
        executor.kill(Process::Shop);
        while let Some(due) = clock.next_due() {
            clock.move_to(due);
            while executor.step().is_some() {}
        }
        assert_eq!(*told.borrow(), [1, 3]);
        assert_eq!(clock.now(), Duration::from_secs(3));
    }

    #[test]
    fn chance_picks_who_goes_on() {
        let orders: std::collections::BTreeSet<Vec<u32>> = (0..50)
            .map(|seed| {
                let told = Rc::new(RefCell::new(Vec::new()));
                let mut executor = Executor::new(Chance::new(seed, Stream::Scheduler));
                for task in 0..3 {
                    let told = Rc::clone(&told);
                    let speak = async move { told.borrow_mut().push(task) };
                    executor.spawner().spawn(Process::World, speak);
                }
                while executor.step().is_some() {}
                told.take()
            })
            .collect();
        assert_eq!(orders.len(), 6);
    }

    #[test]
    fn a_task_that_is_dropped_goes_no_further() {
        let reached = Rc::new(Cell::new(0));
        let mut executor = Executor::new(Chance::new(1, Stream::Scheduler));
        let step = Rc::clone(&reached);
        executor.spawner().spawn(Process::Shop, async move {
            step.set(1);
            tokio::task::yield_now().await;
            step.set(2);
        });
        assert!(executor.step().is_some());
        executor.kill(Process::Shop);
        while executor.step().is_some() {}
        assert_eq!(reached.get(), 1);
    }
}
