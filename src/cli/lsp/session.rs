//! The session: hears the editor, lets the newest state be checked once it stops typing, and answers what is asked.

use super::client::Client;
use super::documents::Documents;
use super::model::{Event, Job, Root, View};
use super::requests::{Desk, METHODS};
use super::wire::{self, Heard};
use super::{Options, address, diagnostics, start, survey};
use crate::cli::Failure;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// So long nothing may be typed before the tree is checked.
const PAUSE: Duration = Duration::from_millis(150);
/// So long a question waits for the newest state to be checked; then it is answered by the state before.
const PATIENCE: Duration = Duration::from_secs(2);

/// How far the session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Ready,
    Down,
}

/// A question that waits.
#[derive(Debug)]
struct Waiting {
    request: Request,
    until: Instant,
}

/// Everything that is known in a session.
#[derive(Debug)]
struct Session {
    phase: Phase,
    client: Client,
    documents: Documents,
    jobs: Sender<Job>,
    /// The number of the state that the editor is in.
    newest: u64,
    /// When that is to be checked, unless it is already.
    due: Option<Instant>,
    /// Something has changed on the disk since.
    disk_changed: bool,
    view: Option<Box<View>>,
    waiting: Vec<Waiting>,
}

/// Serves the editor on standard input and output.
///
/// # Errors
/// If the system grants no thread.
pub(super) fn serve(options: &Options) -> Result<ExitCode, Failure> {
    let (tell, events) = mpsc::channel();
    let (jobs, work) = mpsc::channel();
    let (heard, options) = (tell.clone(), options.clone());
    let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| {
        let named = thread::Builder::new().name(name.to_owned());
        named.spawn(run).map_err(|error| Failure::new(format!("no thread: {error}")))
    };
    spawn("listen", Box::new(move || listen(&heard)))?;
    spawn("check", Box::new(move || survey::work(&options, &work, &tell)))?;
    Ok(Session::new(jobs).run(&events))
}

/// Hears the editor until it has gone.
fn listen(heard: &Sender<Event>) {
    let mut input = io::stdin().lock();
    while let Ok(Some(message)) = wire::read(&mut input) {
        if heard.send(Event::Heard(message)).is_err() {
            return;
        }
    }
    // Nobody hears it if the session is over.
    let _ = heard.send(Event::Closed);
}

impl Session {
    fn new(jobs: Sender<Job>) -> Self {
        Self {
            phase: Phase::New,
            client: Client::new(),
            documents: Documents::default(),
            jobs,
            newest: 0,
            due: None,
            disk_changed: false,
            view: None,
            waiting: Vec::new(),
        }
    }

    fn run(mut self, events: &Receiver<Event>) -> ExitCode {
        loop {
            let event = match self.next_turn() {
                Some(at) => events.recv_timeout(at.saturating_duration_since(Instant::now())),
                None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let over = match event {
                Ok(event) => self.hear(event),
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => true,
            };
            if over || self.client.is_gone() {
                return if self.phase == Phase::Down { ExitCode::SUCCESS } else { ExitCode::FAILURE };
            }
            self.turn(Instant::now());
        }
    }

    fn next_turn(&self) -> Option<Instant> {
        self.waiting.iter().map(|waiting| waiting.until).chain(self.due).min()
    }

    /// Does what is due.
    fn turn(&mut self, now: Instant) {
        if self.due.is_some_and(|due| due <= now) {
            self.due = None;
            let disk_changed = std::mem::take(&mut self.disk_changed);
            let job = Job { number: self.newest, roots: self.roots(), texts: self.documents.texts(), disk_changed };
            // Without the worker questions are answered by what is known.
            let _ = self.jobs.send(job);
        }
        let is_fresh = self.is_fresh();
        let (ready, waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|waiting| is_fresh || waiting.until <= now);
        self.waiting = waiting;
        for Waiting { request, .. } in ready {
            self.answer(request);
        }
    }

    fn is_fresh(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.number == self.newest)
    }

    /// Notes that something is not as it was.
    fn changed(&mut self, pause: Duration) {
        self.newest += 1;
        let pause = if self.waiting.is_empty() { pause } else { Duration::ZERO };
        self.due = Some(Instant::now() + pause);
    }

    /// Takes in what has happened; answers whether the session is over.
    fn hear(&mut self, event: Event) -> bool {
        match event {
            Event::Closed => return true,
            Event::Heard(Heard::Torn(why)) => self.client.refuse_torn(why),
            Event::Heard(Heard::Message(Message::Request(request))) => self.asked(request),
            Event::Heard(Heard::Message(Message::Notification(told))) => return self.told(told),
            Event::Heard(Heard::Message(Message::Response(_))) => {}
            Event::Looked(view) => self.looked(view),
        }
        false
    }

    fn looked(&mut self, view: Box<View>) {
        // What has changed meanwhile is looked at again; until then this is what is known.
        if view.number == self.newest {
            view.failures.iter().for_each(|why| self.client.log(why));
            let all = diagnostics::all(&view, &self.documents, &self.client);
            self.client.publish(all);
        }
        self.view = Some(view);
    }

    fn asked(&mut self, request: Request) {
        match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => {
                let offer = start::initialize(&request.params, &mut self.client);
                self.phase = Phase::Ready;
                self.client.answer(request.id, offer);
            }
            (Phase::New, _) => self.client.refuse(request.id, ErrorCode::ServerNotInitialized, "not initialized yet"),
            (Phase::Down, _) => self.client.refuse(request.id, ErrorCode::InvalidRequest, "shut down already"),
            (Phase::Ready, "initialize") => {
                self.client.refuse(request.id, ErrorCode::InvalidRequest, "initialized already");
            }
            (Phase::Ready, "shutdown") => {
                for Waiting { request, .. } in std::mem::take(&mut self.waiting) {
                    self.answer(request);
                }
                self.phase = Phase::Down;
                self.client.answer(request.id, Value::Null);
            }
            (Phase::Ready, method) if METHODS.contains(&method) => {
                self.waiting.push(Waiting { request, until: Instant::now() + PATIENCE });
                // Who asks does not wait for a pause.
                self.due = self.due.map(|_| Instant::now());
            }
            (Phase::Ready, _) => self.client.refuse(request.id, ErrorCode::MethodNotFound, "nothing that we do"),
        }
    }

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let Some(view) = &self.view else { return self.client.answer(id, Value::Null) };
        let desk = Desk { view, documents: &self.documents, client: &self.client };
        match catch_unwind(AssertUnwindSafe(|| desk.answer(&method, params))) {
            Ok(Ok(answer)) => self.client.answer(id, answer),
            Ok(Err(why)) => self.client.refuse(id, ErrorCode::InvalidParams, why),
            Err(_) => self.client.refuse(id, ErrorCode::InternalError, "internal error; please report it"),
        }
    }

    /// Hears a notification; answers whether the session is over.
    fn told(&mut self, told: Notification) -> bool {
        let Notification { method, params } = told;
        match (self.phase, method.as_str()) {
            (_, "exit") => return true,
            (Phase::Ready, "initialized") => {
                start::watch(&mut self.client);
                self.changed(Duration::ZERO);
            }
            (Phase::Ready, "$/cancelRequest") => self.cancelled(&params),
            (Phase::Ready, "workspace/didChangeWatchedFiles" | "textDocument/didSave") => {
                self.disk_changed = true;
                self.changed(PAUSE);
            }
            (Phase::Ready, method) => self.edited(method, params),
            _ => {}
        }
        false
    }

    /// Takes in a change of the buffers or folders.
    fn edited(&mut self, method: &str, params: Value) {
        match method {
            "textDocument/didOpen" => {
                let Some(DidOpenTextDocumentParams { text_document }) = read(params) else { return };
                self.documents.open(text_document);
            }
            "textDocument/didChange" => {
                let Some(DidChangeTextDocumentParams { text_document, content_changes }) = read(params) else { return };
                let encoding = self.client.abilities.encoding;
                self.documents.change(&text_document.uri, text_document.version, content_changes, encoding);
            }
            "textDocument/didClose" => {
                let Some(DidCloseTextDocumentParams { text_document }) = read(params) else { return };
                self.documents.close(&text_document.uri);
            }
            "workspace/didChangeWorkspaceFolders" => {
                let Some(DidChangeWorkspaceFoldersParams { event }) = read(params) else { return };
                for gone in event.removed.iter().filter_map(|folder| address::path(&folder.uri)) {
                    self.client.folders.remove(&gone);
                }
                for new in event.added.iter().filter_map(|folder| address::named(&folder.uri)) {
                    start::add_folder(&mut self.client, new);
                }
            }
            _ => return,
        }
        self.changed(PAUSE);
    }

    fn cancelled(&mut self, params: &Value) {
        let id: Option<RequestId> = read(params.get("id").cloned().unwrap_or_default());
        let at = self.waiting.iter().position(|waiting| Some(&waiting.request.id) == id.as_ref());
        if let Some(at) = at {
            let Waiting { request, .. } = self.waiting.remove(at);
            self.client.refuse(request.id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    /// Answers what is to be checked: the editor's folders, and what is open besides, of which without any folder the one that it
    /// lies in is taken for the tree.
    fn roots(&self) -> BTreeSet<Root> {
        let folders: Vec<&PathBuf> = self.client.folders.keys().collect();
        let lies_in = |path: &Path, folders: &[&PathBuf]| folders.iter().any(|folder| path.starts_with(folder));
        let mut roots: BTreeSet<Root> = folders
            .iter()
            .filter(|folder| !folders.iter().any(|other| other != *folder && folder.starts_with(other)))
            .map(|folder| Root::Folder((*folder).clone()))
            .collect();
        for (path, _) in self.documents.iter().filter(|(path, _)| !lies_in(path, &folders)) {
            let around = path.parent().filter(|folder| folders.is_empty() && is_a_project(folder));
            match around {
                Some(folder) => roots.insert(Root::Folder(folder.to_owned())),
                None => roots.insert(Root::File(path.clone())),
            };
        }
        roots
    }
}

/// Tells whether a folder can be somebody's repository: neither the home folder nor the top of the disk is.
fn is_a_project(folder: &Path) -> bool {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    folder.parent().is_some() && home.is_none_or(|home| address::real(&home) != folder)
}

fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}
