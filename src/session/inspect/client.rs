//! A producer or consumer: what both have, and what can be done to them.

use crate::protocol::ClientId;
use crate::session::inspect::settings::{SettingsOwner, view};
use crate::session::inspect::{NodeAction, Sheet, consumer, producer};
use crate::sim::{Client, ClientKind};

pub(super) fn inspect(sheet: &mut Sheet<'_>, id: ClientId) -> Option<()> {
    let client = sheet.world.client(id)?;
    match &client.kind {
        ClientKind::Producer(node, flow) => producer::inspect(sheet, client, node, flow.as_ref()),
        ClientKind::Consumer(node) => consumer::inspect(sheet, client, node),
    }
    let settings = match &client.kind {
        ClientKind::Producer(node, _) => node.settings(),
        ClientKind::Consumer(node) => node.settings(),
    };
    sheet.inspection.gone = client.is_closed();
    let owner = SettingsOwner::Client(client.name.to_string());
    sheet.inspection.settings =
        (!client.is_closed()).then(|| view(owner, settings, None, sheet.words));
    sheet.inspection.actions = actions(client);
    Some(())
}

fn actions(client: &Client) -> Vec<NodeAction> {
    if client.is_closed() {
        return Vec::new();
    }
    if !client.is_running() {
        return vec![NodeAction::Restart];
    }
    let mut actions = Vec::new();
    match &client.kind {
        ClientKind::Producer(_, flow) => {
            actions.push(NodeAction::SendHere);
            if let Some(flow) = flow {
                let runs = flow.next_ms.is_some();
                actions.push(if runs { NodeAction::StopFlow } else { NodeAction::StartFlow });
            }
        }
        ClientKind::Consumer(consumer) => {
            let hangs = consumer.is_paused();
            actions.push(if hangs { NodeAction::Resume } else { NodeAction::Hang });
            actions.push(NodeAction::AddConsumer);
        }
    }
    actions.extend([NodeAction::Crash, NodeAction::Close]);
    actions
}
