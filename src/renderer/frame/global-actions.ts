import { useLocation } from 'wouter'
import { useActions } from './actions.tsx'

/** The actions that every screen has. */
export function useGlobalActions(): void {
  const [, navigate] = useLocation()
  useActions([
    {
      id: 'tenant.create',
      title: 'New tenant',
      keys: 'mod+alt+N',
      run: () => navigate('/tenants?new'),
    },
    { id: 'go.tenants', title: 'Go to tenants', keys: 'mod+1', run: () => navigate('/tenants') },
    { id: 'go.hosts', title: 'Go to hosts', keys: 'mod+2', run: () => navigate('/hosts') },
    { id: 'go.activity', title: 'Go to activity', keys: 'mod+3', run: () => navigate('/activity') },
    { id: 'go.settings', title: 'Go to settings', keys: 'mod+,', run: () => navigate('/settings') },
    { id: 'host.add', title: 'Add a host', run: () => navigate('/hosts/new') },
  ])
}
